//! The functions of the user that formulas of a workbook can call. They live in the workbook and in no file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use super::{Report, Snapshot, Workbook};
use crate::error::{Error, ErrorKind, Result};
use crate::formula::Template;
use crate::functions::UserFunction;
use crate::graph::RegionId;
use crate::recalc::Effort;
use crate::value::fold;

/// The functions of one moment, by their names in capitals. A name whose function was removed is remembered: formulas
/// with it keep their values.
#[derive(Debug, Clone, Default)]
pub(super) struct UserFunctions {
    by_name: Arc<BTreeMap<Arc<str>, Option<Arc<UserFunction>>>>,
}

impl UserFunctions {
    /// The function of this name.
    pub(super) fn get(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.by_name.get(name)?.clone()
    }

    /// Whether there was a function of this name, and is none now.
    pub(super) fn is_removed(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(Option::is_none)
    }

    /// The functions in the order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<UserFunction>> {
        self.by_name.values().flatten()
    }

    /// Whether both are the very same, because neither was changed since they were one.
    pub(super) fn is_same(&self, other: &UserFunctions) -> bool {
        Arc::ptr_eq(&self.by_name, &other.by_name)
    }

    /// The names that do not mean the same in both.
    fn differing(&self, other: &UserFunctions) -> Vec<Arc<str>> {
        let same = |name: &&Arc<str>| match (self.by_name.get(*name), other.by_name.get(*name)) {
            (Some(Some(a)), Some(Some(b))) => Arc::ptr_eq(a, b),
            (a, b) => matches!((a, b), (Some(None), Some(None))),
        };
        let names = self.by_name.keys().chain(other.by_name.keys());
        names.filter(|name| !same(name)).cloned().collect()
    }
}

impl Draft<'_> {
    /// Puts functions in the place of those that were there; formulas that name one which differs are bound again and
    /// computed again.
    pub(super) fn put_functions(&mut self, functions: UserFunctions) {
        let differing: Vec<String> = self
            .functions
            .differing(&functions)
            .into_iter()
            // As plans note the names that they depend on.
            .map(|name| name.to_lowercase())
            .collect();
        let view = self.view();
        let regions = self.graph.regions();
        let regions = regions.filter(|(_, region)| region.facts.bound_by_name);
        let regions = regions.map(|(id, region)| (id, region.template.clone(), region.sheet));
        let mut naming: Vec<(RegionId, Arc<Template>)> = Vec::new();
        for (id, template, sheet) in regions {
            let bound = self.plans.bind(&template, sheet, &*view);
            let names = &bound.plan.uses.names;
            let uses = |name: &String| names.iter().any(|used| **used == **name);
            if differing.iter().any(uses) {
                naming.push((id, template));
            }
        }
        self.functions = functions;
        self.rebind();
        self.put_templates(naming);
    }
}

impl Workbook {
    /// Lets formulas call a function by its name, in any case; a former one of that name goes. Formulas that name it are
    /// computed. It is no edit that can be undone: it stays where edits before it are taken back. Files do not hold it,
    /// forks and snapshots do.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is one of Excel's functions, reads as a cell, or has other characters than letters,
    /// digits, dots and underscores; [`ErrorKind::Argument`] if it is to take more arguments than a call can have;
    /// [`ErrorKind::Reentrant`] from inside an edit of the same workbook.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::functions::UserColumn;
    /// use tabulith::value::Value;
    /// use tabulith::{UserFunction, Workbook};
    ///
    /// let book = Workbook::new();
    /// book.add_sheet("S")?;
    /// book.edit(|tx| {
    ///     tx.set_column("S!A1", &[1.0, 2.0, 3.0])?;
    ///     tx.fill("S!B1:B3", "=HALF(A1)")
    /// })?;
    /// book.register(UserFunction::vectorised("Half", 1..=1, |_, columns| match &columns[0] {
    ///     UserColumn::Numbers(numbers) => {
    ///         Ok(numbers.iter().map(|x| x / 2.0).collect::<Vec<f64>>().into())
    ///     }
    ///     UserColumn::Values(_) => Err("only numbers have halves".into()),
    /// }))?;
    /// assert_eq!(book.value("S!B3")?, Value::Number(1.5));
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn register(&self, function: UserFunction) -> Result<Report> {
        function.check()?;
        self.change_functions(|functions| {
            functions.insert(function.name().clone(), Some(Arc::new(function)));
            Ok(())
        })
    }

    /// Removes a function. Formulas that name it are unsupported from then on and keep the values that they have.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if no such function is registered; [`ErrorKind::Reentrant`] from inside an edit of the same
    /// workbook.
    pub fn unregister(&self, name: &str) -> Result<Report> {
        let key = name.to_uppercase();
        self.change_functions(|functions| match functions.get_mut(&*key) {
            Some(function @ Some(_)) => {
                *function = None;
                Ok(())
            }
            _ => {
                let message = format!("no function `{name}` is registered");
                Err(Error::new(ErrorKind::Name, message))
            }
        })
    }

    /// The functions that are registered, in the order of their names.
    pub fn user_functions(&self) -> Vec<Arc<UserFunction>> {
        self.snapshot().user_functions().cloned().collect()
    }

    fn change_functions(
        &self,
        change: impl FnOnce(&mut BTreeMap<Arc<str>, Option<Arc<UserFunction>>>) -> Result<()>,
    ) -> Result<Report> {
        let changed = self.edit_with(Effort::default(), |tx| {
            let mut functions = tx.draft().functions.clone();
            change(Arc::make_mut(&mut functions.by_name))?;
            tx.draft().put_functions(functions);
            Ok(())
        });
        Ok(changed?.1)
    }
}

impl Snapshot {
    /// The functions of the user that were registered at this moment, in the order of their names.
    pub fn user_functions(&self) -> impl Iterator<Item = &Arc<UserFunction>> {
        self.revision.functions.iter()
    }

    /// The functions that lie outside the workbook, so that formulas with them keep their values where they are missing:
    /// those of macros and add-ins, and those of the user, removed ones too. In order, each once.
    pub fn outside_functions(&self) -> Vec<String> {
        let macros = self.revision.external.macros();
        let of_user = self.revision.functions.by_name.keys();
        let mut names: Vec<String> = macros
            .into_iter()
            .map(str::to_owned)
            .chain(of_user.map(|name| fold(name).into_owned()))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
