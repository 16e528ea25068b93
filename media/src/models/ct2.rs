//! Reads a CTranslate2 `model.bin` (version 6): names, shapes and bytes of every weight. Called by the Whisper
//! conversion; it never copies a weight and never trusts a length in the file.
//!
//! Layout (source: CTranslate2 `src/models/model.cc`): u32 version, string spec, u32 revision, u32 count, then for
//! each variable string name, u8 rank, u32 dimensions, u8 type, u32 bytes, data. Strings are u16 length with the
//! closing zero, little-endian throughout.

use std::collections::BTreeMap;

use super::half;

/// One weight: shape and raw bytes inside the file.
pub struct Variable<'a> {
    /// Dimensions, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    kind: u8,
    data: &'a [u8],
}

impl Variable<'_> {
    /// All values as f32. Knows the types the Whisper files use: f32 (0) and f16 (4).
    pub fn values(&self) -> Result<Vec<f32>, String> {
        match self.kind {
            0 => Ok(self
                .data
                .as_chunks::<4>()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b))
                .collect()),
            4 => Ok(self
                .data
                .as_chunks::<2>()
                .0
                .iter()
                .map(|b| half::to_f32(u16::from_le_bytes(*b)))
                .collect()),
            other => Err(format!("weights of type {other} are not supported")),
        }
    }
}

/// Every variable of the file by name.
pub type Variables<'a> = BTreeMap<String, Variable<'a>>;

struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (head, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or("the file ends inside a weight")?;
        self.rest = rest;
        Ok(head)
    }
    fn u8(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }
    fn u16(&mut self) -> Result<u16, String> {
        let bytes = self.take(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }
    fn u32(&mut self) -> Result<u32, String> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
    fn string(&mut self) -> Result<String, String> {
        let length = usize::from(self.u16()?);
        let bytes = self.take(length)?;
        let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        String::from_utf8(text.to_vec()).map_err(|_| "a name is not UTF-8".to_owned())
    }
}

/// Parses the whole file. The error says what is wrong in words.
pub fn read(file: &[u8]) -> Result<Variables<'_>, String> {
    let mut cursor = Cursor { rest: file };
    let version = cursor.u32()?;
    if version != 6 {
        return Err(format!("CTranslate2 version {version}, expected 6"));
    }
    let spec = cursor.string()?;
    if spec != "WhisperSpec" {
        return Err(format!("a {spec} model, expected WhisperSpec"));
    }
    let _revision = cursor.u32()?;
    let count = cursor.u32()?;
    let mut variables = Variables::new();
    for _ in 0..count {
        let name = cursor.string()?;
        let rank = cursor.u8()?;
        let shape = (0..rank)
            .map(|_| cursor.u32().map(|d| d as usize))
            .collect::<Result<Vec<_>, _>>()?;
        let kind = cursor.u8()?;
        let bytes = cursor.u32()? as usize;
        let data = cursor.take(bytes)?;
        variables.insert(name, Variable { shape, kind, data });
    }
    Ok(variables)
}
