//! What must hold for every formula and every text.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::super::ast::{
    A1Axis, A1Reference, BinaryOperator, Name, Shape, Sheets, StructuredReference, TableRows,
    UnaryOperator,
};
use super::super::precedence::may_be_reference;
use super::super::*;
use crate::value::{CellError, Value};

/// A formula as nested boxes, easy to generate.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(Node<A1Reference>),
    Unary(UnaryOperator, Box<Tree>),
    Binary(BinaryOperator, Box<Tree>, Box<Tree>),
    Call(Arc<str>, Vec<Tree>),
    Apply(Box<Tree>, Vec<Tree>),
}

impl Tree {
    fn ast(&self) -> Ast<A1Reference> {
        let mut nodes = Vec::new();
        self.push(&mut nodes);
        Ast::new(nodes)
    }

    fn push(&self, nodes: &mut Vec<Node<A1Reference>>) -> NodeId {
        let node = match self {
            Tree::Leaf(node) => node.clone(),
            Tree::Unary(operator, operand) => Node::Unary(*operator, operand.push(nodes)),
            Tree::Binary(operator, left, right) => {
                let mut left = left.push(nodes);
                if operator.joins_references() && !may_be_reference(&nodes[left.0 as usize]) {
                    left = wrap(nodes, left);
                }
                let mut right = right.push(nodes);
                if operator.joins_references() && !may_be_reference(&nodes[right.0 as usize]) {
                    right = wrap(nodes, right);
                }
                let pair = (&nodes[left.0 as usize], &nodes[right.0 as usize]);
                if *operator == BinaryOperator::Range
                    && let (Node::Reference(a), Node::Reference(b)) = pair
                    && let Some(hull) = a.hull(b)
                {
                    nodes.truncate(left.0 as usize);
                    Node::Reference(hull)
                } else {
                    Node::Binary(*operator, left, right)
                }
            }
            Tree::Call(function, arguments) => Node::Call {
                function: function.clone(),
                arguments: arguments.iter().map(|tree| tree.push(nodes)).collect(),
            },
            Tree::Apply(callee, arguments) => Node::Apply {
                callee: callee.push(nodes),
                arguments: arguments.iter().map(|tree| tree.push(nodes)).collect(),
            },
        };
        nodes.push(node);
        NodeId(nodes.len() as u32 - 1)
    }
}

fn wrap(nodes: &mut Vec<Node<A1Reference>>, operand: NodeId) -> NodeId {
    nodes.push(Node::Unary(UnaryOperator::Parentheses, operand));
    NodeId(nodes.len() as u32 - 1)
}

fn sheet_name() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        "[A-Za-z]{1,8}",
        "[A-Z]{1,3}[0-9]{1,3}",
        "[a-zé' .0-9-]{0,6}[a-zé]"
    ]
    .prop_map(Into::into)
}

fn sheets() -> impl Strategy<Value = Sheets> {
    let book = prop_oneof![
        "[1-9]",
        "[a-z]{1,5}\\.xlsx",
        "C:\\\\[a-z ]{1,5}\\\\[a-z' ]{0,4}b\\.xlsx"
    ];
    prop_oneof![
        4 => Just(Sheets::Here),
        2 => sheet_name().prop_map(Sheets::Sheet),
        1 => (sheet_name(), sheet_name()).prop_map(|(a, b)| Sheets::Span(a, b)),
        1 => (book, option::of((sheet_name(), option::of(sheet_name())))).prop_map(|(book, sheets)| {
            Sheets::External { book: book.into(), sheets }
        }),
    ]
}

fn axis(len: u32) -> impl Strategy<Value = A1Axis> {
    (prop_oneof![0..9_u32, 0..len, Just(len - 1)], any::<bool>())
        .prop_map(|(position, absolute)| A1Axis { position, absolute })
}

fn ordered_pair(len: u32) -> impl Strategy<Value = (A1Axis, A1Axis)> {
    (axis(len), axis(len)).prop_map(|(a, b)| address::ordered(a, b))
}

fn shape() -> impl Strategy<Value = Shape<A1Axis>> {
    let (rows, columns) = (crate::limits::ROWS, crate::limits::COLUMNS);
    prop_oneof![
        4 => (axis(rows), axis(columns)).prop_map(|(row, column)| Shape::Cell { row, column }),
        4 => (ordered_pair(rows), ordered_pair(columns))
            .prop_map(|(rows, columns)| Shape::Range { rows, columns }),
        1 => ordered_pair(rows).prop_map(|(a, b)| Shape::Rows(a, b)),
        1 => ordered_pair(columns).prop_map(|(a, b)| Shape::Columns(a, b)),
        1 => Just(Shape::Invalid),
    ]
}

fn plain_name() -> impl Strategy<Value = Arc<str>> {
    prop_oneof!["[a-z]{1,4}", "[a-z_\\\\]{1,3}_[a-z0-9.?é]{0,4}"].prop_map(Into::into)
}

fn structured() -> impl Strategy<Value = StructuredReference> {
    let column = || {
        prop_oneof!["[a-z]{1,4}", "[a-z\\[\\]#'@ :,]{1,5}"]
            .prop_map(|name| -> Arc<str> { name.into() })
    };
    let rows = prop_oneof![
        Just(TableRows::Data),
        Just(TableRows::All),
        Just(TableRows::Headers),
        Just(TableRows::Totals),
        Just(TableRows::HeadersAndData),
        Just(TableRows::DataAndTotals),
        Just(TableRows::ThisRow),
    ];
    let table = option::of("[A-Z][a-z]{4,6}".prop_map(|name| -> Arc<str> { name.into() }));
    let columns = option::of((column(), column(), any::<bool>()));
    (table, rows, columns).prop_map(|(table, rows, columns)| StructuredReference {
        table,
        rows,
        columns: columns.map(|(a, b, single)| if single { (a.clone(), a) } else { (a, b) }),
    })
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0..1_000_u32).prop_map(f64::from),
        any::<f64>().prop_filter_map("a literal is normal", |x| x.is_normal().then_some(x.abs())),
        1e-22..1e22_f64,
    ]
}

fn leaf() -> impl Strategy<Value = Tree> {
    let error = prop_oneof![
        Just(CellError::Na),
        Just(CellError::Name),
        Just(CellError::Spill)
    ];
    let item = prop_oneof![
        number().prop_map(|x| Value::number(-x)),
        "[a\" é]{0,4}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Error(CellError::Ref)),
    ];
    let array = (1..4_u32, 1..3_usize, item).prop_map(|(columns, rows, item)| Node::Array {
        columns,
        items: vec![item; columns as usize * rows].into(),
    });
    prop_oneof![
        2 => number().prop_map(Node::Number),
        1 => "[a-c\"'é ,(]{0,5}".prop_map(|text| Node::Text(text.into())),
        1 => any::<bool>().prop_map(Node::Boolean),
        1 => error.prop_map(Node::Error),
        1 => array,
        6 => (sheets(), shape())
            .prop_map(|(sheets, shape)| Node::Reference(A1Reference { sheets, shape })),
        3 => (sheets(), plain_name()).prop_map(|(scope, name)| Node::Name(Name { scope, name })),
        2 => structured().prop_map(Node::Structured),
    ]
    .prop_map(Tree::Leaf)
}

fn tree() -> impl Strategy<Value = Tree> {
    use BinaryOperator as B;
    use UnaryOperator as U;
    let missing = || Tree::Leaf(Node::Missing);
    // Boxed at each level: what is generated lies on the heap, and a deep tree needs no deep stack.
    leaf().boxed().prop_recursive(5, 40, 4, move |inner| {
        let inner = inner.boxed();
        let unary = prop_oneof![
            Just(U::Plus),
            Just(U::Minus),
            Just(U::Percent),
            Just(U::Intersect),
            Just(U::Spill),
            Just(U::Parentheses),
        ];
        let binary = prop_oneof![
            3 => Just(B::Range),
            3 => Just(B::Intersection),
            3 => Just(B::Union),
            1 => Just(B::Power),
            1 => Just(B::Multiply),
            1 => Just(B::Add),
            1 => Just(B::Subtract),
            1 => Just(B::Concatenate),
            1 => Just(B::LessOrEqual),
        ];
        let call = prop_oneof!["[A-Z]{2,5}", "LOG10", "T\\.DIST", "LET"];
        let arguments = vec(option::weighted(0.8, inner.clone()), 0..4).prop_map(move |given| {
            // One argument left out alone is no argument at all.
            let alone = given.len() == 1;
            let filled = given.into_iter().map(|tree| tree.unwrap_or_else(missing));
            let kept: Vec<Tree> = filled.collect();
            match kept.as_slice() {
                [Tree::Leaf(Node::Missing)] if alone => Vec::new(),
                _ => kept,
            }
        }).boxed();
        prop_oneof![
            3 => (unary, inner.clone()).prop_map(|(o, x)| Tree::Unary(o, Box::new(x))).boxed(),
            6 => (binary, inner.clone(), inner.clone())
                .prop_map(|(o, a, b)| Tree::Binary(o, Box::new(a), Box::new(b)))
                .boxed(),
            3 => (call, arguments.clone()).prop_map(|(name, x)| Tree::Call(name.into(), x)).boxed(),
            1 => (inner, arguments).prop_map(|(callee, x)| Tree::Apply(Box::new(callee), x)).boxed(),
        ]
    })
}

/// The tree without its brackets, for comparison.
fn bare(ast: &Ast<A1Reference>) -> String {
    let mut shown: Vec<String> = Vec::new();
    for node in ast.nodes() {
        let child = |id: NodeId| shown[id.0 as usize].clone();
        let text = match node {
            Node::Unary(UnaryOperator::Parentheses, operand) => child(*operand),
            Node::Unary(operator, operand) => format!("{operator:?}({})", child(*operand)),
            Node::Binary(operator, a, b) => format!("{operator:?}({},{})", child(*a), child(*b)),
            Node::Call {
                function,
                arguments,
            } => format!(
                "{function}{:?}",
                arguments.iter().map(|x| child(*x)).collect::<Vec<_>>()
            ),
            Node::Apply { callee, arguments } => format!(
                "{}{:?}",
                child(*callee),
                arguments.iter().map(|x| child(*x)).collect::<Vec<_>>()
            ),
            leaf => format!("{leaf:?}"),
        };
        shown.push(text);
    }
    shown.pop().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_back_as_the_same_tree(tree in tree()) {
        let ast = tree.ast();
        let text = print(&ast);
        let read = match parse(&text, &ParseOptions::default()) {
            Ok(read) => read,
            Err(error) => return Err(TestCaseError::fail(format!("{error}"))),
        };
        prop_assert_eq!(bare(&read), bare(&ast), "{}", text);
        // With its brackets as nodes the tree needs no others.
        prop_assert_eq!(print(&read), text);
    }

    #[test]
    fn the_form_of_files_is_read_back_as_the_same_tree(tree in tree()) {
        let ast = tree.ast();
        let prefix = |_: &str| "_xlfn.";
        let options = PrintOptions { function_prefix: Some(&prefix), ..PrintOptions::default() };
        let text = print_with(&ast, &options);
        let read = match parse(&text, &ParseOptions::default()) {
            Ok(read) => read,
            Err(error) => return Err(TestCaseError::fail(format!("{error}"))),
        };
        prop_assert_eq!(bare(&read), bare(&ast), "{}", text);
    }

    #[test]
    fn printing_what_was_read_changes_nothing_more(
        pieces in vec(prop_oneof![
            "[-+*/^&=<>:,%#@ (){}!]", "[A-C]\\$?[1-3]", "[a-z]{1,3}", "[0-9]{1,3}", "\"[a\"]\"",
            Just("T[c]".to_owned()), Just("'a b'!".to_owned()), Just("#REF!".to_owned()),
            Just("SUM(".to_owned()), Just("_xlfn.SINGLE(".to_owned()), Just("_xlfn.ANCHORARRAY(".to_owned()),
            Just("A1".to_owned()), Just(")".to_owned()), Just(":".to_owned()), Just("[1]".to_owned()),
        ], 0..14)
    ) {
        let text = pieces.concat();
        if let Ok(ast) = parse(&text, &ParseOptions::default()) {
            let printed = print(&ast);
            let again = parse(&printed, &ParseOptions::default());
            prop_assert_eq!(again.as_ref().ok(), Some(&ast), "{} was printed as {}", text, printed);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let error = parse(&text, &ParseOptions::default()).err();
        if let Some(span) = error.and_then(|error| error.span()) {
            prop_assert!(text.get(span.clone()).is_some(), "{:?} of {:?}", span, text);
        }
    }

    #[test]
    fn no_text_of_formula_characters_makes_the_parser_panic(text in "[A1$:!'\"#\\[\\](){},;%@ .e+RC_xé-]{0,40}") {
        let error = parse(&text, &ParseOptions::default()).err();
        if let Some(span) = error.and_then(|error| error.span()) {
            prop_assert!(text.get(span.clone()).is_some(), "{:?} of {:?}", span, text);
        }
        let r1c1 = ParseOptions {
            notation: Notation::R1C1 { base: crate::reference::Cell::new(3, 3) },
            ..ParseOptions::default()
        };
        let _ = parse(&text, &r1c1);
    }
}
