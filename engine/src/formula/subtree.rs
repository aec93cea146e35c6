//! A part of a formula as a formula of its own.

use super::NodeId;
use super::ast::{Ast, Node};

impl<R: Clone> Ast<R> {
    /// The tree under a node.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::formula::{NodeId, ParseOptions, parse, print};
    ///
    /// let ast = parse("SUM(A1:A3)*2", &ParseOptions::default()).unwrap();
    /// assert_eq!(print(&ast.subtree(NodeId(1))), "SUM(A1:A3)");
    /// ```
    pub fn subtree(&self, root: NodeId) -> Ast<R> {
        // Children stand before their parents, so one walk down finds all that belongs to the root.
        let mut places: Vec<Option<u32>> = vec![None; root.0 as usize + 1];
        places[root.0 as usize] = Some(0);
        for id in (0..=root.0).rev() {
            if places[id as usize].is_some() {
                self.node(NodeId(id))
                    .for_each_child(|child| places[child.0 as usize] = Some(0));
            }
        }
        let mut nodes: Vec<Node<R>> = Vec::new();
        for id in 0..=root.0 {
            if places[id as usize].is_some() {
                places[id as usize] = Some(nodes.len() as u32);
                let place = |child: NodeId| NodeId(places[child.0 as usize].unwrap_or(0));
                nodes.push(self.node(NodeId(id)).with_children(place));
            }
        }
        Ast::new(nodes)
    }
}

impl<R: Clone> Node<R> {
    /// The same node with its children in other places.
    fn with_children(&self, place: impl Fn(NodeId) -> NodeId) -> Node<R> {
        let mut node = self.clone();
        match &mut node {
            Node::Unary(_, operand) => *operand = place(*operand),
            Node::Binary(_, left, right) => {
                *left = place(*left);
                *right = place(*right);
            }
            Node::Call { arguments, .. } => {
                arguments
                    .iter_mut()
                    .for_each(|child| *child = place(*child));
            }
            Node::Apply { callee, arguments } => {
                *callee = place(*callee);
                arguments
                    .iter_mut()
                    .for_each(|child| *child = place(*child));
            }
            _ => {}
        }
        node
    }
}
