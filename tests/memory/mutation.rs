//! Files whose contents are made up and whose checksums are right.

/// What the first bytes of a file are, its version included.
const HEAD: usize = 11;

/// A record: its kind and its content.
#[derive(Clone)]
struct Record {
    kind: Vec<u8>,
    content: Vec<u8>,
}

/// The records of a file, without the last one.
pub(crate) struct Records {
    head: Vec<u8>,
    records: Vec<Record>,
}

/// Numbers that look random (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % end.max(1) as u64) as usize
    }
}

/// Bytes that numbers, lengths and texts begin or end with where something special begins.
const SPECIAL: [&[u8]; 8] = [
    &[0],
    &[0xFF],
    &[0x7F, 0xF8, 0, 0],
    &[0xFF, 0xFF, 0xFF, 0xFF],
    &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF],
    &[0xC6, 0x7F, 0xFF, 0xFF, 0xFF],
    &[0xFF, 0xFF, 0x0F, 0],
    &[0xCE, 0, 0x0F, 0xFF, 0xFF],
];

impl Records {
    pub(crate) fn of(file: &[u8]) -> Records {
        let mut records = Vec::new();
        let mut at = HEAD;
        while at < file.len() {
            let kind = usize::from(file[at + 1] & 31);
            let length = at + 2 + kind + 1;
            let content = length + 4 + 5;
            let length = file[length..length + 4].try_into().unwrap();
            let end = content + u32::from_be_bytes(length) as usize;
            records.push(Record {
                kind: file[at + 2..at + 2 + kind].to_vec(),
                content: file[content..end].to_vec(),
            });
            at = end;
        }
        records.pop();
        Records {
            head: file[..HEAD].to_vec(),
            records,
        }
    }

    /// Changes something. Whether values are stored stays: without them, computing is what was asked for.
    pub(crate) fn mutate(&mut self, random: &mut Random) {
        for _ in 0..=random.below(3) {
            let count = self.records.len();
            let number = 1 + random.below(count - 1);
            match random.below(12) {
                0 => drop(self.records.remove(number)),
                1 => {
                    let copy = self.records[number].clone();
                    self.records.insert(1 + random.below(count - 1), copy);
                }
                2 => self.records.swap(number, 1 + (number * 7) % (count - 1)),
                _ => self.records[number].mutate(random),
            }
        }
    }

    /// The file, with all checksums right.
    pub(crate) fn sealed(&self) -> Vec<u8> {
        let mut file = self.head.clone();
        let mut checksums = crc32fast::Hasher::new();
        for record in &self.records {
            checksums.update(&record.write(&mut file).to_le_bytes());
        }
        let mut content = b"\x82\xA7records\xCF".to_vec();
        content.extend((self.records.len() as u64).to_be_bytes());
        content.extend(b"\xA8checksum\xCE");
        content.extend(checksums.finalize().to_be_bytes());
        let kind = b"end".to_vec();
        Record { kind, content }.write(&mut file);
        file
    }
}

impl Record {
    fn mutate(&mut self, random: &mut Random) {
        let content = &mut self.content;
        let at = random.below(content.len());
        match random.below(6) {
            0 => content.truncate(at),
            1 => {
                let part = content[at..].to_vec();
                content.extend(part);
            }
            2 => {
                let special = SPECIAL[random.below(SPECIAL.len())];
                content.splice(at..at, special.iter().copied());
            }
            3 => {
                let special = SPECIAL[random.below(SPECIAL.len())];
                let end = (at + special.len()).min(content.len());
                content.splice(at..end, special.iter().copied());
            }
            _ => {
                if let Some(byte) = content.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
        }
    }

    /// Writes the record and tells its checksum.
    fn write(&self, file: &mut Vec<u8>) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.kind);
        hasher.update(&self.content);
        let checksum = hasher.finalize();
        file.extend([0x94, 0xA0 | self.kind.len() as u8]);
        file.extend(&self.kind);
        file.push(0xCE);
        file.extend((self.content.len() as u32).to_be_bytes());
        file.push(0xCE);
        file.extend(checksum.to_be_bytes());
        file.extend(&self.content);
        checksum
    }
}
