//! Whisper weights from CTranslate2 to the ggml file that whisper.cpp reads, with 2-D weights in 8-bit blocks
//! (q8_0). Called by `prepare`; it writes to the given writer only and never fetches anything.
//!
//! The two formats differ in three ways: CTranslate2 fuses query, key and value into one matrix (and key and value
//! of the cross-attention into another); it leaves out the mel filterbank; and it stores tokens as GPT-2's printable
//! characters where ggml wants bytes.

use std::io::{self, Write};

use super::ct2::{self, Variables};
use super::half;

const AUDIO_CONTEXT: i32 = 1500;
const TEXT_CONTEXT: i32 = 448;
const MELS: usize = 80;
const FFT_BINS: usize = 201;
const SAMPLE_RATE: f64 = 16_000.0;
/// Whisper's file type for q8_0 is 7; 2000 marks the second version of the quantised layout.
const FILE_TYPE_Q8_0: i32 = 2007;
const GGML_F32: i32 = 0;
const GGML_F16: i32 = 1;
const GGML_Q8_0: i32 = 8;

/// A tensor on its way into the file: ggml's name, shape (outermost first) and values.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// Converts `model` (CTranslate2) with its token list to ggml. `vocabulary` is a text file with a token a line, or a
/// JSON array. Errors are words: what in the input was not as expected, or why writing failed.
pub fn convert(model: &[u8], vocabulary: &[u8], out: &mut dyn Write) -> Result<(), String> {
    let variables = ct2::read(model)?;
    let writing = |e: io::Error| format!("cannot write: {e}");
    let embedding = variables
        .get("decoder/embeddings/weight")
        .ok_or("no token embedding")?;
    let [tokens, width] = embedding.shape[..] else {
        return Err("the token embedding is not a matrix".into());
    };
    let layers = layer_count(&variables);
    let (tokens, width_i, layers_i) = (tokens as i32, width as i32, layers as i32);
    let heads = width_i / 64;
    let header = [
        0x6767_6d6c,
        tokens,
        AUDIO_CONTEXT,
        width_i,
        heads,
        layers_i,
        TEXT_CONTEXT,
        width_i,
        heads,
        layers_i,
        MELS as i32,
        FILE_TYPE_Q8_0,
    ];
    write_ints(out, &header).map_err(writing)?;
    write_ints(out, &[MELS as i32, FFT_BINS as i32]).map_err(writing)?;
    write_floats(out, &mel_filters()).map_err(writing)?;
    // The tokens after these are special ones, which whisper.cpp names itself; multilingual models have one more.
    let plain = if tokens >= 51_865 { 50_257 } else { 50_256 };
    write_vocabulary(out, vocabulary, plain)?;
    for_each_tensor(&variables, layers, width, &mut |tensor| {
        write_tensor(out, &tensor).map_err(writing)
    })
}

fn layer_count(variables: &Variables<'_>) -> usize {
    (0..64)
        .take_while(|i| {
            variables.contains_key(&format!("encoder/layer_{i}/layer_norm/gamma"))
                || variables.contains_key(&format!("encoder/layer_{i}/ffn/linear_0/weight"))
        })
        .count()
}

type Sink<'s> = &'s mut dyn FnMut(Tensor) -> Result<(), String>;

/// Copies CTranslate2 variables to the sink under ggml's names, whole or by rows.
struct Renamer<'v, 's> {
    variables: &'v Variables<'v>,
    sink: Sink<'s>,
}

impl Renamer<'_, '_> {
    fn whole(&mut self, from: &str, to: &str) -> Result<(), String> {
        self.rows(from, to, 0, usize::MAX)
    }

    /// Rows `first..first + count` of the variable: how fused projections are taken apart.
    fn rows(&mut self, from: &str, to: &str, first: usize, count: usize) -> Result<(), String> {
        let variable = self
            .variables
            .get(from)
            .ok_or_else(|| format!("no weight {from}"))?;
        let mut shape = variable.shape.clone();
        let mut values = variable.values()?;
        if count != usize::MAX {
            let row = shape.iter().skip(1).product::<usize>();
            values = values
                .get(first * row..(first + count) * row)
                .ok_or_else(|| format!("{from} is too short"))?
                .to_vec();
            shape[0] = count;
        }
        // whisper.cpp adds the bias of a convolution along time: it wants a column.
        if to.ends_with("conv1.bias") || to.ends_with("conv2.bias") {
            shape.push(1);
        }
        (self.sink)(Tensor {
            name: to.to_owned(),
            shape,
            values,
        })
    }

    fn linear(&mut self, from: &str, to: &str) -> Result<(), String> {
        self.whole(&format!("{from}/weight"), &format!("{to}.weight"))?;
        self.whole(&format!("{from}/bias"), &format!("{to}.bias"))
    }

    fn norm(&mut self, from: &str, to: &str) -> Result<(), String> {
        self.whole(&format!("{from}/gamma"), &format!("{to}.weight"))?;
        self.whole(&format!("{from}/beta"), &format!("{to}.bias"))
    }
}

fn for_each_tensor(
    variables: &Variables<'_>,
    layers: usize,
    width: usize,
    sink: Sink<'_>,
) -> Result<(), String> {
    let mut to = Renamer { variables, sink };
    to.whole("encoder/conv1/weight", "encoder.conv1.weight")?;
    to.whole("encoder/conv2/weight", "encoder.conv2.weight")?;
    to.whole("encoder/conv1/bias", "encoder.conv1.bias")?;
    to.whole("encoder/conv2/bias", "encoder.conv2.bias")?;
    to.whole(
        "encoder/position_encodings/encodings",
        "encoder.positional_embedding",
    )?;
    to.whole(
        "decoder/position_encodings/encodings",
        "decoder.positional_embedding",
    )?;
    to.whole("decoder/embeddings/weight", "decoder.token_embedding.weight")?;
    to.norm("encoder/layer_norm", "encoder.ln_post")?;
    to.norm("decoder/layer_norm", "decoder.ln")?;
    for side in ["encoder", "decoder"] {
        for layer in 0..layers {
            block(&mut to, side, layer, width)?;
        }
    }
    Ok(())
}

fn block(to: &mut Renamer<'_, '_>, side: &str, layer: usize, width: usize) -> Result<(), String> {
    let from = format!("{side}/layer_{layer}");
    let name = format!("{side}.blocks.{layer}");
    let fused = format!("{from}/self_attention/linear_0");
    for (index, part) in ["query", "key", "value"].into_iter().enumerate() {
        let first = index * width;
        to.rows(
            &format!("{fused}/weight"),
            &format!("{name}.attn.{part}.weight"),
            first,
            width,
        )?;
        // Whisper's keys have no bias; CTranslate2 fills the place with zeros.
        if part != "key" {
            to.rows(
                &format!("{fused}/bias"),
                &format!("{name}.attn.{part}.bias"),
                first,
                width,
            )?;
        }
    }
    to.linear(
        &format!("{from}/self_attention/linear_1"),
        &format!("{name}.attn.out"),
    )?;
    to.norm(
        &format!("{from}/self_attention/layer_norm"),
        &format!("{name}.attn_ln"),
    )?;
    if side == "decoder" {
        let cross = format!("{from}/attention");
        to.linear(&format!("{cross}/linear_0"), &format!("{name}.cross_attn.query"))?;
        let fused = format!("{cross}/linear_1");
        to.rows(
            &format!("{fused}/weight"),
            &format!("{name}.cross_attn.key.weight"),
            0,
            width,
        )?;
        to.rows(
            &format!("{fused}/weight"),
            &format!("{name}.cross_attn.value.weight"),
            width,
            width,
        )?;
        to.rows(
            &format!("{fused}/bias"),
            &format!("{name}.cross_attn.value.bias"),
            width,
            width,
        )?;
        to.linear(&format!("{cross}/linear_2"), &format!("{name}.cross_attn.out"))?;
        to.norm(&format!("{cross}/layer_norm"), &format!("{name}.cross_attn_ln"))?;
    }
    to.linear(&format!("{from}/ffn/linear_0"), &format!("{name}.mlp.0"))?;
    to.linear(&format!("{from}/ffn/linear_1"), &format!("{name}.mlp.2"))?;
    to.norm(&format!("{from}/ffn/layer_norm"), &format!("{name}.mlp_ln"))
}

fn write_tensor(out: &mut dyn Write, tensor: &Tensor) -> io::Result<()> {
    let plain = tensor.shape.len() < 2
        || tensor.name.ends_with("conv1.bias")
        || tensor.name.ends_with("conv2.bias")
        || tensor.name.contains("positional");
    let quantised = !plain && tensor.shape.len() == 2 && tensor.shape[1].is_multiple_of(32);
    let kind = match (plain, quantised) {
        (true, _) => GGML_F32,
        (false, true) => GGML_Q8_0,
        (false, false) => GGML_F16,
    };
    write_ints(out, &[tensor.shape.len() as i32, tensor.name.len() as i32, kind])?;
    // ggml counts dimensions from the innermost.
    let dimensions: Vec<i32> = tensor.shape.iter().rev().map(|d| *d as i32).collect();
    write_ints(out, &dimensions)?;
    out.write_all(tensor.name.as_bytes())?;
    match kind {
        GGML_F32 => write_floats(out, &tensor.values),
        GGML_Q8_0 => write_q8_0(out, &tensor.values),
        _ => {
            let bytes: Vec<u8> = tensor
                .values
                .iter()
                .flat_map(|v| half::from_f32(*v).to_le_bytes())
                .collect();
            out.write_all(&bytes)
        }
    }
}

/// Blocks of 32: one half-precision scale, then 32 signed bytes.
fn write_q8_0(out: &mut dyn Write, values: &[f32]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(values.len() / 32 * 34);
    for block in values.as_chunks::<32>().0 {
        let largest = block.iter().fold(0f32, |most, v| most.max(v.abs()));
        let scale = largest / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale.max(1e-30) } else { 0.0 };
        bytes.extend_from_slice(&half::from_f32(scale).to_le_bytes());
        bytes.extend(block.iter().map(|v| (v * inverse).round_ties_even() as i8 as u8));
    }
    out.write_all(&bytes)
}

fn write_ints(out: &mut dyn Write, values: &[i32]) -> io::Result<()> {
    values.iter().try_for_each(|v| out.write_all(&v.to_le_bytes()))
}

fn write_floats(out: &mut dyn Write, values: &[f32]) -> io::Result<()> {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    out.write_all(&bytes)
}

fn write_vocabulary(out: &mut dyn Write, vocabulary: &[u8], plain: usize) -> Result<(), String> {
    let text = std::str::from_utf8(vocabulary).map_err(|_| "the vocabulary is not UTF-8")?;
    let tokens: Vec<String> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|e| format!("the vocabulary is not a list: {e}"))?
    } else {
        text.split('\n').map(str::to_owned).collect()
    };
    if tokens.len() < plain {
        return Err(format!("{} tokens, expected {plain}", tokens.len()));
    }
    let writing = |e: io::Error| format!("cannot write: {e}");
    write_ints(out, &[plain as i32]).map_err(writing)?;
    for token in &tokens[..plain] {
        let bytes = token_bytes(token);
        write_ints(out, &[bytes.len() as i32]).map_err(writing)?;
        out.write_all(&bytes).map_err(writing)?;
    }
    Ok(())
}

/// GPT-2 shows each byte as a printable character: itself if printable, else the next free one from U+0100 on.
fn token_bytes(token: &str) -> Vec<u8> {
    token
        .chars()
        .map(printed_byte)
        .collect::<Option<Vec<u8>>>()
        .unwrap_or_else(|| token.as_bytes().to_vec())
}

fn printed_byte(c: char) -> Option<u8> {
    let printable = |b: u8| matches!(b, 33..=126 | 161..=172 | 174..=255);
    let code = u32::from(c);
    if code < 256 {
        return u8::try_from(code).ok().filter(|b| printable(*b));
    }
    (0..=255u8).filter(|b| !printable(*b)).nth((code - 256) as usize)
}

/// Slaney's mel filterbank as librosa makes it: linear below 1 kHz, logarithmic above, each triangle of equal area.
/// Row-major [80, 201], for 16 kHz and a window of 400.
fn mel_filters() -> Vec<f32> {
    let step = 6.4f64.ln() / 27.0;
    let to_mel = |hz: f64| {
        if hz >= 1000.0 {
            15.0 + (hz / 1000.0).ln() / step
        } else {
            hz * 3.0 / 200.0
        }
    };
    let to_hz = |mel: f64| {
        if mel >= 15.0 {
            1000.0 * (step * (mel - 15.0)).exp()
        } else {
            mel * 200.0 / 3.0
        }
    };
    let (low, high) = (to_mel(0.0), to_mel(SAMPLE_RATE / 2.0));
    let mel_step = (high - low) / (MELS + 1) as f64;
    let edge = |i: usize| {
        to_hz(if i == MELS + 1 {
            high
        } else {
            low + mel_step * i as f64
        })
    };
    let bin_step = SAMPLE_RATE / 2.0 / (FFT_BINS - 1) as f64;
    let mut filters = Vec::with_capacity(MELS * FFT_BINS);
    for mel in 0..MELS {
        let (left, middle, right) = (edge(mel), edge(mel + 1), edge(mel + 2));
        let area = 2.0 / (right - left);
        for bin in 0..FFT_BINS {
            let hz = bin_step * bin as f64;
            let rising = -(left - hz) / (middle - left);
            let falling = (right - hz) / (right - middle);
            let height = rising.min(falling);
            // Not `max`: which zero it gives is not defined, and the first value is a negative zero that the pinned
            // hash counts.
            filters.push((if height < 0.0 { 0.0 } else { height * area }) as f32);
        }
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_the_bytes_they_print() {
        assert_eq!(token_bytes("Ġthe"), b" the");
        assert_eq!(token_bytes("×©"), "ש".as_bytes());
        assert_eq!(token_bytes("Ċ"), b"\n");
        assert_eq!(token_bytes("<|en|>"), b"<|en|>");
    }

    #[test]
    fn filterbank_is_triangles_of_equal_area() {
        let filters = mel_filters();
        assert_eq!(filters.len(), MELS * FFT_BINS);
        assert!(filters.iter().all(|f| *f >= 0.0));
        let last: f32 = filters[79 * FFT_BINS..].iter().sum();
        assert!((last * 40.0 - 1.0).abs() < 0.05, "{last}");
    }

    #[test]
    fn blocks_of_eight_bits_keep_the_largest_value() {
        let mut values = [0f32; 32];
        values[3] = -2.0;
        values[4] = 1.0;
        let mut bytes = Vec::new();
        write_q8_0(&mut bytes, &values).unwrap();
        assert_eq!(bytes.len(), 34);
        assert_eq!(bytes[2 + 3] as i8, -127);
        assert_eq!(bytes[2 + 4] as i8, 64);
    }

    #[test]
    fn a_lying_file_is_refused_in_words() {
        let mut out = Vec::new();
        assert!(convert(b"", b"", &mut out).is_err());
        assert!(
            convert(&[6, 0, 0, 0, 3, 0, b'a', b'b', 0], b"", &mut out)
                .unwrap_err()
                .contains("ab")
        );
    }
}
