//! Kokoro's voices from a NumPy archive to our own two files: raw f32 and a JSON table. Called by `prepare`, and by
//! `speak` to read the table back; it knows no other NumPy type than little-endian f32.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde::{Deserialize, Serialize};

/// Style rows of a voice: one for each length in tokens, 1 to 510.
pub const ROWS: usize = 510;
/// Numbers in a style row.
pub const WIDTH: usize = 256;

/// What `kokoro-voices.json` holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VoiceTable {
    /// Names in the order of the raw file.
    pub voices: Vec<String>,
    /// Always [`ROWS`].
    pub rows: usize,
    /// Always [`WIDTH`].
    pub width: usize,
    /// Phoneme to token; sorted, so that the file is the same every time.
    pub vocab: BTreeMap<char, i32>,
}

/// The raw voices file: [voices, 510, 256] little-endian f32.
pub fn raw(npz: &[u8]) -> Result<Vec<u8>, String> {
    Ok(arrays(npz)?.into_iter().flat_map(|(_, bytes)| bytes).collect())
}

/// The JSON table, from the same archive and Kokoro's `vocab.json`.
pub fn table(npz: &[u8], vocab: &[u8]) -> Result<Vec<u8>, String> {
    #[derive(Deserialize)]
    struct Shipped {
        vocab: BTreeMap<char, i32>,
    }
    let shipped: Shipped = serde_json::from_slice(vocab).map_err(|e| format!("vocab.json: {e}"))?;
    let voices = arrays(npz)?.into_iter().map(|(name, _)| name).collect();
    let table = VoiceTable {
        voices,
        rows: ROWS,
        width: WIDTH,
        vocab: shipped.vocab,
    };
    serde_json::to_vec(&table).map_err(|e| e.to_string())
}

/// Names and data bytes of the arrays, sorted by name.
fn arrays(npz: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(npz)).map_err(|e| format!("not an npz: {e}"))?;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|e| e.to_string())?;
        let name = member
            .name()
            .map_err(|e| e.to_string())?
            .trim_end_matches(".npy")
            .to_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        arrays.push((
            name.clone(),
            array_data(&bytes).map_err(|e| format!("{name}: {e}"))?.to_vec(),
        ));
    }
    arrays.sort();
    Ok(arrays)
}

/// The data behind a version 1 NumPy header, when it is f32 in C order and of the expected size.
fn array_data(npy: &[u8]) -> Result<&[u8], &'static str> {
    let rest = npy
        .strip_prefix(b"\x93NUMPY\x01\x00")
        .ok_or("not a version 1 NumPy array")?;
    let length = usize::from(u16::from_le_bytes([
        *rest.first().ok_or("cut")?,
        *rest.get(1).ok_or("cut")?,
    ]));
    let header = rest.get(2..2 + length).ok_or("header is cut")?;
    let header = std::str::from_utf8(header).map_err(|_| "header is not text")?;
    if !header.contains("'<f4'") || !header.contains("'fortran_order': False") {
        return Err("not little-endian f32 in C order");
    }
    let data = &rest[2 + length..];
    if data.len() != ROWS * WIDTH * 4 {
        Err("not 510 by 256")
    } else {
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_another_shape_or_type_are_refused() {
        assert!(array_data(b"").is_err());
        let header = b"{'descr': '<f8', 'fortran_order': False, }";
        let mut npy = b"\x93NUMPY\x01\x00".to_vec();
        npy.extend((header.len() as u16).to_le_bytes());
        npy.extend(header);
        assert_eq!(array_data(&npy), Err("not little-endian f32 in C order"));
        let npy: Vec<u8> = String::from_utf8_lossy(&npy[8..])
            .replace("<f8", "<f4")
            .into_bytes();
        let mut whole = b"\x93NUMPY\x01\x00".to_vec();
        whole.extend(npy);
        assert_eq!(array_data(&whole), Err("not 510 by 256"));
    }
}
