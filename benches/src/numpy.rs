//! numpy as a comparator: one Python process that lives as long as the benchmarks, asked through pipes.
//!
//! The process times itself, so neither its start nor the pipes are measured.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use serde_json::{Value, json};

use crate::Outcome;
use crate::measure::{Contest, Contestant, Sample};

const PROGRAM: &str = include_str!("numpy_child.py");

/// How far a sum by numpy may be from the expected one, relative to it: numpy adds in its own order.
const TOLERANCE: f64 = 1e-9;

/// A running Python with numpy.
pub struct Numpy {
    child: Child,
    to: Option<BufWriter<ChildStdin>>,
    from: BufReader<ChildStdout>,
    version: String,
}

/// numpy, or why it is not there.
pub type MaybeNumpy = Result<Rc<RefCell<Numpy>>, String>;

impl Numpy {
    /// Starts numpy in the given Python, or in the first usual one that has it.
    pub fn start(python: Option<&Path>) -> MaybeNumpy {
        let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
        let usual = [venv, PathBuf::from("python3")];
        let candidates = match python {
            Some(python) => vec![python.to_path_buf()],
            None => usual.into(),
        };
        let mut why = String::new();
        for candidate in candidates {
            match Numpy::start_in(&candidate) {
                Ok(numpy) => return Ok(Rc::new(RefCell::new(numpy))),
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    }

    fn start_in(python: &Path) -> Outcome<Numpy> {
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            .env_remove("OPENBLAS_CORETYPE")
            .env_remove("OPENBLAS_L2_SIZE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("`{}`: {error}", python.display()))?;
        let to = child.stdin.take().map(BufWriter::new);
        let from = child.stdout.take().map(BufReader::new);
        let from = from.expect("invariant: the output was piped");
        let mut numpy = Numpy {
            child,
            to,
            from,
            version: String::new(),
        };
        let hello = numpy.answer()?;
        match hello["numpy"].as_str() {
            Some(version) => numpy.version = version.to_owned(),
            None => return Err(format!("{} has no numpy", python.display()).into()),
        }
        Ok(numpy)
    }

    /// The version of numpy.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Gives it an array under a name.
    fn load(&mut self, name: &str, numbers: &[f64]) -> Outcome<()> {
        let to = self
            .to
            .as_mut()
            .expect("invariant: the input is open until the drop");
        writeln!(to, "{}", json!({"load": name, "count": numbers.len()}))?;
        for number in numbers {
            to.write_all(&number.to_le_bytes())?;
        }
        to.flush()?;
        self.answer().map(drop)
    }

    /// Runs a work over the arrays; its time, and the sums of what it made.
    fn run(&mut self, work: &str) -> Outcome<(Sample, Vec<f64>)> {
        let to = self
            .to
            .as_mut()
            .expect("invariant: the input is open until the drop");
        writeln!(to, "{}", json!({"run": work}))?;
        to.flush()?;
        let answer = self.answer()?;
        let number = |value: &Value| value.as_f64().ok_or("an answer without a number");
        let sums = answer["sums"].as_array().ok_or("an answer without sums")?;
        let sample = Sample {
            measured: vec![number(&answer["seconds"])?],
            cpu_seconds: number(&answer["cpu"])?,
        };
        let sums = sums.iter().map(number).collect::<Result<_, _>>()?;
        Ok((sample, sums))
    }

    fn answer(&mut self) -> Outcome<Value> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err("the Python process has ended".into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Numpy {
    fn drop(&mut self) {
        // The end of its input is the end of the process.
        self.to = None;
        let _ = self.child.wait();
    }
}

struct Work {
    numpy: Rc<RefCell<Numpy>>,
    name: &'static str,
    arrays: Vec<(&'static str, Vec<f64>)>,
    loaded: bool,
    expected: Vec<f64>,
    sums: Vec<f64>,
}

impl Work {
    fn run(&mut self) -> Outcome<Sample> {
        let mut numpy = self.numpy.borrow_mut();
        if !self.loaded {
            for (name, numbers) in &self.arrays {
                numpy.load(name, numbers)?;
            }
            self.loaded = true;
            self.arrays = Vec::new();
        }
        let (sample, sums) = numpy.run(self.name)?;
        self.sums = sums;
        Ok(sample)
    }

    fn check(&mut self) -> Outcome<()> {
        if self.sums.len() != self.expected.len() {
            return Err(format!(
                "{} sums instead of {}",
                self.sums.len(),
                self.expected.len()
            )
            .into());
        }
        for (sum, expected) in self.sums.iter().zip(&self.expected) {
            if (sum - expected).abs() > TOLERANCE * expected.abs().max(1.0) {
                return Err(format!("the sum is {sum} instead of {expected}").into());
            }
        }
        Ok(())
    }
}

/// A work of `numpy_child.py` over these arrays, with the sums of what it must make.
pub struct Against {
    /// The comparator's name in the table.
    pub name: &'static str,
    /// The work's name in the program.
    pub work: &'static str,
    /// The arrays, each with the name that the program has for it.
    pub arrays: Vec<(&'static str, Vec<f64>)>,
    /// The sums.
    pub expected: Vec<f64>,
}

impl Contest {
    /// The contest with numpy in it, or among the absent.
    pub fn against_numpy(mut self, numpy: &MaybeNumpy, against: Against) -> Contest {
        match numpy {
            Ok(numpy) => {
                let work = Work {
                    numpy: numpy.clone(),
                    name: against.work,
                    arrays: against.arrays,
                    loaded: false,
                    expected: against.expected,
                    sums: Vec::new(),
                };
                let contestant = Contestant::new(against.name, work, Work::run, Work::check);
                self.contestants.push(contestant);
            }
            Err(why) => self.absent.push((against.name, why.clone())),
        }
        self
    }
}
