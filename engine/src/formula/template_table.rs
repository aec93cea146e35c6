//! The table of templates: equal templates of a lineage are one `Arc`.
//!
//! Entries are weak, so a template dies with the last formula that has it. Dead entries are swept when the table has
//! doubled since the last sweep, so interning costs a constant on average.

use std::sync::{Arc, Weak};

use hashbrown::HashTable;

use super::template::Template;

/// A table is not swept before it has so many entries.
const SWEEP_FROM: usize = 64;

/// Templates by what they say.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{Ast, Mode, Node, Template, TemplateTable};
/// use std::sync::Arc;
///
/// let mut table = TemplateTable::new();
/// let one = || Template::new(Ast::new(vec![Node::Number(1.0)]), Mode::Dynamic);
/// let (a, b) = (table.intern(one()), table.intern(one()));
/// assert!(Arc::ptr_eq(&a, &b));
/// ```
#[derive(Debug, Default)]
pub struct TemplateTable {
    entries: HashTable<Entry>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    template: Weak<Template>,
}

impl TemplateTable {
    /// An empty table.
    pub fn new() -> TemplateTable {
        TemplateTable {
            entries: HashTable::new(),
            sweep_at: SWEEP_FROM,
        }
    }

    /// The one `Arc` of all templates that equal this one.
    pub fn intern(&mut self, template: Template) -> Arc<Template> {
        if let Some(found) = self.find(&template) {
            return found;
        }
        if self.entries.len() >= self.sweep_at.max(SWEEP_FROM) {
            self.sweep();
        }
        let template = Arc::new(template);
        let entry = Entry {
            hash: template.fingerprint(),
            template: Arc::downgrade(&template),
        };
        self.entries
            .insert_unique(entry.hash, entry, |entry| entry.hash);
        template
    }

    /// The template in the table that equals this one.
    pub fn find(&self, template: &Template) -> Option<Arc<Template>> {
        let mut found = None;
        self.entries.find(template.fingerprint(), |entry| {
            // A dead entry with the same hash may stand before a live one.
            found = entry
                .template
                .upgrade()
                .filter(|known| **known == *template);
            found.is_some()
        });
        found
    }

    /// Takes out the templates that nobody has any more.
    pub fn sweep(&mut self) {
        self.entries
            .retain(|entry| entry.template.strong_count() > 0);
        self.sweep_at = (self.entries.len() * 2).max(SWEEP_FROM);
    }

    /// Number of entries, dead ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
