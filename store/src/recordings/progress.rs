//! What working on a recording brings forth between two checkpoints, and the one statement that keeps it: only what is
//! there is written, with the sound beside it. `recordings` runs it; nothing else writes these columns.

use bytes::Bytes;
use domain::ids::AudioHash;
use tokio_postgres::types::ToSql;

/// What was worked out since the last checkpoint, to be kept in one commit. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    pub downloaded: Option<Downloaded>,
    pub validated: Option<Validated>,
    pub transcribed: Option<Transcribed>,
    pub replied: Option<Replied>,
    pub synthesised: Option<Synthesised>,
    /// Nothing is left to do: the recording ends with this commit.
    pub done: bool,
}

/// The sound as the carrier gave it.
#[derive(Debug, Clone)]
pub struct Downloaded {
    pub audio: AudioHash,
    pub wav: Bytes,
    pub millis: i32,
    pub took_ms: i32,
}

/// What is in the sound.
#[derive(Debug, Clone, Copy)]
pub struct Validated {
    pub audio_ms: i32,
    pub speech_ms: i32,
}

/// Its words.
#[derive(Debug, Clone)]
pub struct Transcribed {
    pub text: String,
    pub by: String,
    pub took_ms: i32,
}

/// The reply, and the conversation after it.
#[derive(Debug, Clone)]
pub struct Replied {
    pub text: String,
    /// `listen`, `end`, `transfer` or `take_message`.
    pub then: &'static str,
    pub understood: bool,
    pub intent: Option<String>,
    pub by: String,
    pub took_ms: i32,
    pub dialogue: serde_json::Value,
}

/// The reply as sound.
#[derive(Debug, Clone)]
pub struct Synthesised {
    /// `None` when nobody here could speak it and the carrier's voice will.
    pub audio: Option<AudioHash>,
    /// It was made now: kept for the next time as well.
    pub made: Option<MadeSpeech>,
    pub by: String,
    pub took_ms: i32,
}

/// A sentence that was spoken for this recording, and its key in the cache of what was spoken.
#[derive(Debug, Clone)]
pub struct MadeSpeech {
    pub key: [u8; 32],
    pub wav: Bytes,
    pub millis: i32,
}

/// Hashes as columns take them.
#[derive(Default)]
pub(super) struct Keys<'a> {
    audio: &'a [u8],
    reply_audio: Option<&'a [u8]>,
    reply_key: &'a [u8],
    wav: &'a [u8],
    reply_wav: &'a [u8],
}

impl<'a> Keys<'a> {
    pub(super) fn of(progress: &'a Progress) -> Self {
        let mut keys = Self::default();
        if let Some(d) = &progress.downloaded {
            (keys.audio, keys.wav) = (&d.audio.0, &d.wav);
        }
        if let Some(s) = &progress.synthesised {
            keys.reply_audio = s.audio.as_ref().map(|audio| &audio.0[..]);
            if let Some(made) = &s.made {
                (keys.reply_key, keys.reply_wav) = (&made.key, &made.wav);
            }
        }
        keys
    }
}

/// The statement that keeps some progress: only what is there is written, each shape is prepared once.
pub(super) struct Written<'a> {
    pub(super) values: Vec<&'a (dyn ToSql + Sync)>,
    pub(super) sql: String,
    /// Rows of other tables, as parts of the statement.
    beside: String,
    /// Columns of the recording.
    columns: String,
    /// Columns of its call, and for which of them it is written.
    call: Vec<(String, &'static str)>,
}

impl<'a> Written<'a> {
    /// The first two values are the recording and its claim.
    pub(super) fn of(
        progress: &'a Progress,
        keys: &'a Keys<'a>,
        (sid, claim_no): (&'a &'a str, &'a i32),
    ) -> Self {
        let mut written = Self {
            values: vec![sid, claim_no],
            sql: String::new(),
            beside: String::new(),
            columns: String::new(),
            call: Vec::new(),
        };
        written.add(progress, keys);
        written.sql = written.text(progress.state());
        written
    }

    fn value(&mut self, value: &'a (dyn ToSql + Sync)) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn column(&mut self, name: &str, value: &'a (dyn ToSql + Sync)) {
        let place = self.value(value);
        self.columns += &format!(", {name} = ${place}");
    }

    fn sound(&mut self, name: &str, (audio, millis, wav): (usize, &'a i32, &'a &'a [u8])) {
        let (millis, wav) = (self.value(millis), self.value(wav));
        self.beside += &format!(
            "{name} AS (INSERT INTO media (sha256, mime, millis, bytes) VALUES (${audio}, 'audio/wav', ${millis}, ${wav})
             ON CONFLICT DO NOTHING), "
        );
    }

    fn add(&mut self, progress: &'a Progress, keys: &'a Keys<'a>) {
        if let Some(d) = &progress.downloaded {
            self.column("audio", &keys.audio);
            self.sound("heard", (self.values.len(), &d.millis, &keys.wav));
            self.column("downloaded_ms", &d.took_ms);
        }
        if let Some(v) = &progress.validated {
            self.column("audio_ms", &v.audio_ms);
            self.column("speech_ms", &v.speech_ms);
        }
        if let Some(t) = &progress.transcribed {
            self.column("transcript", &t.text);
            self.column("transcribed_by", &t.by);
            self.column("transcribed_ms", &t.took_ms);
        }
        if let Some(r) = &progress.replied {
            self.column("reply", &r.text);
            self.column("reply_then", &r.then);
            self.column("understood", &r.understood);
            self.column("intent", &r.intent);
            self.column("replied_by", &r.by);
            self.column("replied_ms", &r.took_ms);
            let dialogue = self.value(&r.dialogue);
            let column = format!(
                "dialogue = CASE WHEN calls.dialogue_turn < r.turn THEN ${dialogue} ELSE calls.dialogue END, \
                 dialogue_turn = GREATEST(calls.dialogue_turn, r.turn)"
            );
            self.call.push((column, "calls.dialogue_turn < r.turn"));
        }
        if let Some(s) = &progress.synthesised {
            self.synthesised(s, keys);
        }
        if progress.done {
            self.columns += ", finished_at = now(), lease_until = NULL";
            // A call that was wrapped up already is wrapped up again.
            self.call.push((
                "wrapped_at = NULL".into(),
                "calls.wrapped_at IS NOT NULL AND calls.direction = 'inbound'",
            ));
        }
    }

    fn synthesised(&mut self, s: &'a Synthesised, keys: &'a Keys<'a>) {
        self.column("synthesised_by", &s.by);
        let by = self.values.len();
        self.column("synthesised_ms", &s.took_ms);
        let Some(made) = &s.made else {
            return self.column("reply_audio", &keys.reply_audio);
        };
        let (audio, key) = (self.value(&keys.reply_audio), self.value(&keys.reply_key));
        self.sound("spoken", (audio, &made.millis, &keys.reply_wav));
        self.beside += &format!(
            "cached AS (INSERT INTO speech_cache AS c (key, audio, made_by) VALUES (${key}, ${audio}, ${by})
             ON CONFLICT (key) DO UPDATE SET key = c.key RETURNING audio), "
        );
        self.columns += ", reply_audio = (SELECT audio FROM cached)";
    }

    fn text(&self, state: &str) -> String {
        let Self { beside, columns, .. } = self;
        let call = if self.call.is_empty() {
            String::new()
        } else {
            let columns: Vec<&str> = self.call.iter().map(|(column, _)| column.as_str()).collect();
            let when: Vec<&str> = self.call.iter().map(|(_, when)| *when).collect();
            format!(
                ", c AS (UPDATE calls SET {} FROM r WHERE calls.call_sid = r.call_sid AND ({}))",
                columns.join(", "),
                when.join(" OR ")
            )
        };
        format!(
            "WITH {beside} r AS (
                UPDATE recordings SET state = '{state}'{columns}
                WHERE recording_sid = $1 AND claim_no = $2 AND finished_at IS NULL
                RETURNING call_sid, turn, reply_audio
             ){call} SELECT count(*), (SELECT reply_audio FROM r LIMIT 1) FROM r"
        )
    }
}

impl Progress {
    /// Names of the stages in it, in their order.
    pub fn stages(&self) -> impl Iterator<Item = &'static str> {
        let stages = [
            (self.downloaded.is_some(), "downloaded"),
            (self.validated.is_some(), "validated"),
            (self.transcribed.is_some(), "transcribed"),
            (self.replied.is_some(), "replied"),
            (self.synthesised.is_some(), "synthesised"),
            (self.done, "done"),
        ];
        stages
            .into_iter()
            .filter_map(|(there, name)| there.then_some(name))
    }

    /// The state it brings the recording to.
    fn state(&self) -> &'static str {
        self.stages().last().unwrap_or("received")
    }
}
