//! Every case of `fixtures/cases`, in every mode. `BLESS=1` rewrites what the cases expect.

use std::fs;
use std::path::PathBuf;

use tabulith_tests::modes::{self, Mode};
use tabulith_tests::{CaseFile, EngineBook, bless};

use crate::source::{files_below, relative, root};

fn case_files() -> Vec<PathBuf> {
    let mut files = files_below(&root().join("fixtures/cases"));
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "case")
    });
    files
}

fn read(path: &PathBuf) -> CaseFile {
    let text = fs::read_to_string(path).expect("a case file can be read");
    CaseFile::parse(&text).unwrap_or_else(|why| panic!("{}:{why}", relative(path)))
}

#[test]
fn every_case_holds_in_every_mode() {
    let blessing = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let (mut faults, mut cases) = (Vec::new(), 0);
    for path in case_files() {
        let mut file = read(&path);
        if blessing {
            match bless::rewrite(&file, EngineBook::default) {
                Ok(text) => {
                    fs::write(&path, text).unwrap();
                    file = read(&path);
                }
                Err(refused) => {
                    faults.extend(refused.into_iter().map(|fault| (path.clone(), fault)))
                }
            }
        }
        for case in &file.cases {
            cases += 1;
            for mode in Mode::ALL {
                let found = modes::check(case, &mut EngineBook::default(), mode);
                faults.extend(found.into_iter().map(|fault| (path.clone(), fault)));
            }
        }
    }
    assert!(cases > 50, "only {cases} cases were found");
    let lines = faults.iter().map(|(path, fault)| {
        format!(
            "{}:{}: {:?}: {}",
            relative(path),
            fault.line + 1,
            fault.mode,
            fault.message
        )
    });
    let lines: Vec<String> = lines.collect();
    assert!(
        lines.is_empty(),
        "{} of {cases} cases:\n{}\n",
        lines.len(),
        lines.join("\n")
    );
}
