//! From a probability for each frame to stretches of speech: the state machine of voice activity. Pure: no sound, no
//! clock; time is counted in frames. Used by `vad`.

use super::FRAME_MS;

/// When speech begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// A frame at or above this is speech.
    pub on: f32,
    /// In speech, a frame below this is silence; between the two nothing changes.
    pub off: f32,
    /// Frames in a row that must be speech before it counts: a click is no word.
    pub begin_frames: u32,
    /// Frames of silence that end a stretch: shorter gaps are inside a word.
    pub end_frames: u32,
}

impl Default for Thresholds {
    /// Silero's own two levels; 64 ms to begin, 160 ms to end.
    fn default() -> Self {
        Thresholds {
            on: 0.5,
            off: 0.35,
            begin_frames: 2,
            end_frames: 5,
        }
    }
}

impl Thresholds {
    /// The same with the silence that ends a stretch, rounded up to frames: for the end of a caller's turn.
    #[must_use]
    pub fn ending_after_ms(self, ms: u64) -> Self {
        Thresholds {
            end_frames: ms.div_ceil(FRAME_MS).max(1) as u32,
            ..self
        }
    }
}

/// Speech began or ended, in milliseconds from the first frame. Both name the true place, not when it was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The first frame of the stretch begins here.
    Began {
        /// Milliseconds.
        at_ms: u64,
    },
    /// The last frame of the stretch ends here.
    Ended {
        /// Milliseconds.
        at_ms: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Silent { rising: u32 },
    Speaking { since: u64, falling: u32 },
}

/// The machine. Feed it every frame.
#[derive(Debug, Clone)]
pub struct Hysteresis {
    thresholds: Thresholds,
    state: State,
    frames: u64,
}

impl Hysteresis {
    /// In silence, at frame 0.
    pub fn new(thresholds: Thresholds) -> Self {
        Hysteresis {
            thresholds,
            state: State::Silent { rising: 0 },
            frames: 0,
        }
    }

    /// Takes the probability of the next frame.
    pub fn push(&mut self, probability: f32) -> Option<Edge> {
        self.frames += 1;
        let Thresholds {
            on,
            off,
            begin_frames,
            end_frames,
        } = self.thresholds;
        match &mut self.state {
            State::Silent { rising } if probability >= on => {
                *rising += 1;
                if *rising < begin_frames {
                    return None;
                }
                let since = self.frames - u64::from(*rising);
                self.state = State::Speaking { since, falling: 0 };
                Some(Edge::Began {
                    at_ms: since * FRAME_MS,
                })
            }
            State::Silent { rising } => {
                *rising = 0;
                None
            }
            State::Speaking { falling, .. } if probability < off => {
                *falling += 1;
                if *falling < end_frames { None } else { self.end() }
            }
            State::Speaking { falling, .. } => {
                // Between the levels a running silence goes on; only real speech breaks it.
                if probability >= on {
                    *falling = 0;
                } else if *falling > 0 {
                    *falling += 1;
                    if *falling >= end_frames {
                        return self.end();
                    }
                }
                None
            }
        }
    }

    /// Closes an open stretch at the end of the sound.
    pub fn finish(&mut self) -> Option<Edge> {
        self.end()
    }

    fn end(&mut self) -> Option<Edge> {
        let State::Speaking { falling, .. } = self.state else {
            return None;
        };
        self.state = State::Silent { rising: 0 };
        Some(Edge::Ended {
            at_ms: (self.frames - u64::from(falling)) * FRAME_MS,
        })
    }

    /// Whether a stretch is open.
    pub fn speaking(&self) -> bool {
        matches!(self.state, State::Speaking { .. })
    }

    /// Milliseconds of the open stretch up to its last frame of speech; 0 in silence.
    pub fn speaking_for_ms(&self) -> u64 {
        match self.state {
            State::Speaking { since, falling } => (self.frames - since - u64::from(falling)) * FRAME_MS,
            State::Silent { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames as letters: `#` speech, `-` between the levels, `.` silence. Answers the stretches in frames.
    fn check(frames: &str, expected: &[(u64, u64)]) {
        let mut machine = Hysteresis::new(Thresholds {
            begin_frames: 2,
            end_frames: 3,
            ..Thresholds::default()
        });
        let mut edges: Vec<Edge> = frames
            .chars()
            .filter_map(|c| {
                machine.push(match c {
                    '#' => 0.9,
                    '-' => 0.4,
                    _ => 0.1,
                })
            })
            .collect();
        edges.extend(machine.finish());
        let expected: Vec<Edge> = expected
            .iter()
            .flat_map(|(from, to)| {
                [
                    Edge::Began {
                        at_ms: from * FRAME_MS,
                    },
                    Edge::Ended { at_ms: to * FRAME_MS },
                ]
            })
            .collect();
        assert_eq!(edges, expected, "{frames}");
        assert!(!machine.speaking());
    }

    #[test]
    fn stretches_begin_and_end_where_they_should() {
        check("", &[]);
        check("......", &[]);
        check("..#...", &[]);
        check(".#.#.#.", &[]);
        check("..##....", &[(2, 4)]);
        check("##......", &[(0, 2)]);
        check("..####", &[(2, 6)]);
        check("####..", &[(0, 4)]);
        check("..##..##...", &[(2, 8)]);
        check("..##...##...", &[(2, 4), (7, 9)]);
        check("--------", &[]);
        check("##------", &[(0, 8)]);
        check("##.--...", &[(0, 2)]);
        check("##.-##...", &[(0, 6)]);
        check("#-#-#-", &[]);
    }

    #[test]
    fn not_a_number_is_silence() {
        let mut machine = Hysteresis::new(Thresholds::default());
        assert!((0..10).all(|_| machine.push(f32::NAN).is_none()));
    }

    #[test]
    fn length_of_the_open_stretch() {
        let mut machine = Hysteresis::new(Thresholds {
            begin_frames: 2,
            ..Thresholds::default()
        });
        machine.push(0.9);
        assert_eq!(machine.speaking_for_ms(), 0);
        machine.push(0.9);
        machine.push(0.9);
        machine.push(0.1);
        assert!(machine.speaking());
        assert_eq!(machine.speaking_for_ms(), 96);
        assert_eq!(Thresholds::default().ending_after_ms(600).end_frames, 19);
    }
}
