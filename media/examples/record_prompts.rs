//! Records the fixed prompts: reads `media/prompts/prompts.tsv` (lines `name<TAB>text`, `#` comments) and writes
//! `media/prompts/<name>.wav`, μ-law at 8 kHz. Run by a developer when a text changes:
//! `cargo run -p media --example record_prompts [VOICE [SPEED]]`. The product itself never runs it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use media::models::ModelSet;
use media::{LocalOptions, LocalSpeech, speak};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let voice = arguments.next().unwrap_or_default();
    let speed = arguments
        .next()
        .map_or(Ok(speak::DEFAULT_SPEED), |text| text.parse())?;
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let models = variable("MODELS_DIR")
        .or_else(|| media::default_models_dir(variable("XDG_CACHE_HOME"), variable("HOME")))
        .ok_or("set MODELS_DIR or HOME")?;
    let speech = LocalSpeech::load(&ModelSet::find(&models), LocalOptions::default())?;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
    let list = fs::read_to_string(dir.join("prompts.tsv"))?;
    let mut out = std::io::stderr();
    for line in list
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let (name, text) = line
            .split_once('\t')
            .ok_or_else(|| format!("no tab in: {line}"))?;
        if name.is_empty()
            || !name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        {
            return Err(format!("not a name for a file: {name}").into());
        }
        let wav = speech.synthesise_for_telephone(text, &voice, speed)?;
        fs::write(dir.join(format!("{name}.wav")), &wav)?;
        // What the machine hears back shows a prompt that came out wrong.
        let sound = media::wav::decode(&wav)?;
        let heard = speech.transcribe(&sound)?;
        writeln!(
            out,
            "{name}: {} ms | {} | heard: {}",
            heard.audio_ms,
            speech.pointed(text)?,
            heard.text
        )?;
    }
    Ok(())
}
