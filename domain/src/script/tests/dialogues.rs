//! Whole conversations with the shipped script, line by line, and callers who say anything at all.

use jiff::Zoned;
use proptest::prelude::*;

use crate::entities::CallerId;
use crate::script::{Dialogue, HISTORY, Outcome, REAL_ESTATE, Script, Step, Tool, Understanding};

fn now() -> Zoned {
    "2026-11-18T11:00:00[Asia/Jerusalem]"
        .parse()
        .expect("a Wednesday")
}

fn script() -> Script {
    Script::parse(REAL_ESTATE).expect("the shipped script")
}

/// A conversation: what was said, and a piece of what must be answered.
struct Talk {
    script: Script,
    dialogue: Dialogue,
    caller: CallerId,
    now: Zoned,
    steps: Vec<Step>,
    turns: Vec<(String, String)>,
}

impl Talk {
    fn from(caller: &str) -> Talk {
        let (script, dialogue) = (script(), Dialogue::default());
        Talk {
            script,
            dialogue,
            caller: CallerId::parse(caller),
            now: now(),
            steps: Vec::new(),
            turns: Vec::new(),
        }
    }

    fn at(mut self, now: &str) -> Talk {
        self.now = now.parse().expect("a time");
        self
    }

    /// Says a line; the reply must contain `expected`.
    fn say(&mut self, heard: &str, expected: &str) -> &Step {
        let step = self.script.reply(&self.dialogue, heard, &self.now, &self.caller);
        assert!(
            step.reply.contains(expected),
            "{heard:?}\n  wanted {expected:?}\n  got    {:?}\n  {:?}",
            step.reply,
            step.dialogue
        );
        self.dialogue = step.dialogue.clone();
        self.turns.push((heard.to_owned(), step.reply.clone()));
        self.steps.push(step);
        self.steps.last().expect("the step just pushed")
    }

    fn tools(&self) -> Vec<&Tool> {
        self.steps
            .iter()
            .flat_map(|step| &step.tools)
            .map(|call| &call.tool)
            .collect()
    }

    fn tasks(&self) -> Vec<(String, String)> {
        let task = |tool: &&Tool| match tool {
            Tool::CreateTask { title, due, .. } => {
                Some((title.clone(), due.strftime("%Y-%m-%d %H:%M").to_string()))
            }
            _ => None,
        };
        self.tools().iter().filter_map(task).collect()
    }

    /// The detail as it is said, with a question mark when it is not validated.
    fn detail(&self, slot: &str) -> Option<String> {
        let detail = self.dialogue.detail(slot)?;
        Some(format!(
            "{}{}",
            detail.said(&self.now),
            if detail.validated { "" } else { "?" }
        ))
    }

    fn outcome(&self) -> Outcome {
        self.steps.last().map_or(Outcome::Continue, |step| step.outcome)
    }
}

#[test]
fn a_buyer_who_says_everything_at_once_is_asked_only_what_is_missing() {
    let mut talk = Talk::from("+972521234567");
    talk.say(
        "אני מחפש לקנות דירה של שלושה חדרים בחיפה עד מיליון וחצי",
        "רשמתי: התקציב 1,500,000 ₪. נכון?",
    );
    talk.say("כן", "איך קוראים לכם?");
    talk.say("דנה כהן", "נחזור אליכם היום בשעה 12:00.");
    assert_eq!(talk.detail("rooms").as_deref(), Some("3 חדרים"));
    assert_eq!(talk.detail("city").as_deref(), Some("חיפה"));
    assert_eq!(talk.detail("budget").as_deref(), Some("1,500,000 ₪"));
    assert_eq!(talk.detail("phone").as_deref(), Some("052-1234567"));
    assert_eq!(
        talk.tasks(),
        [(
            "לחזור לדנה כהן בעניין קניית דירה".into(),
            "2026-11-18 12:00".into()
        )]
    );
    talk.say("לא תודה", "להתראות");
    assert_eq!(talk.outcome(), Outcome::End);
}

#[test]
fn a_tenant_is_asked_one_thing_at_a_time() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני מחפשת דירה בסכירות", "כמה חדרים?");
    talk.say("שני כדרים", "באיזה יישוב?");
    talk.say("כרמיעל", "מה התקציב?");
    talk.say("ארבעת אלפים שקל", "4,000 ₪. נכון?");
    talk.say("נכון", "איך קוראים לכם?");
    talk.say("קוראים לי יעל", "נחזור אליכם");
    assert_eq!(talk.detail("city").as_deref(), Some("כרמיאל"));
    assert_eq!(talk.tasks().len(), 1);
}

#[test]
fn a_question_in_the_middle_is_answered_and_the_open_one_repeated() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לקנות דירה", "כמה חדרים?");
    let step = talk.say(
        "מתי אתם פתוחים",
        "אנחנו פתוחים בימים ראשון עד חמישי בין 9:00 ל-18:00",
    );
    assert!(step.reply.ends_with("כמה חדרים?"), "{}", step.reply);
    talk.say("ארבעה", "באיזה יישוב?");
}

#[test]
fn a_question_alone_is_answered() {
    let mut talk = Talk::from("anonymous");
    talk.say("מה הכתובת שלכם", "הגעתון 12");
    talk.say("לא", "להתראות");
    assert_eq!(talk.outcome(), Outcome::End);
}

#[test]
fn a_wrong_read_back_is_corrected() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לקנות דירה בחיפה שלושה חדרים", "מה התקציב?");
    talk.say("מיליון", "1,000,000 ₪. נכון?");
    talk.say("לא, שני מיליון", "2,000,000 ₪. נכון?");
    talk.say("לא", "לא הבנתי את הסכום");
    talk.say("מיליון ומאתיים", "1,200,000 ₪. נכון?");
    talk.say("כן", "איך קוראים לכם?");
    assert_eq!(talk.detail("budget").as_deref(), Some("1,200,000 ₪"));
    let saved = talk
        .tools()
        .iter()
        .filter(|tool| matches!(tool, Tool::SaveDetail { detail } if detail.name == "budget"))
        .count();
    assert_eq!(saved, 1, "only the confirmed sum is saved");
}

#[test]
fn what_was_just_said_is_taken_back() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לקנות דירה", "כמה חדרים?");
    talk.say("שלוש", "באיזה יישוב?");
    talk.say("לא, שתיים", "באיזה יישוב?");
    assert_eq!(talk.detail("rooms").as_deref(), Some("2 חדרים"));
    talk.say("בעצם ארבע וחצי", "באיזה יישוב?");
    assert_eq!(talk.detail("rooms").as_deref(), Some("4.5 חדרים"));
    talk.say("בחיפה", "מה התקציב?");
    talk.say("סליחה בעכו", "מה התקציב?");
    assert_eq!(talk.detail("city").as_deref(), Some("עכו"));
}

#[test]
fn the_callers_example_of_the_brief_is_one_turn() {
    let mut talk = Talk::from("anonymous");
    talk.say(
        "אני מחפש דירה של שלושה חדרים בחיפה עד מיליון וחצי",
        "התקציב 1,500,000 ₪. נכון?",
    );
    assert_eq!(talk.detail("rooms").as_deref(), Some("3 חדרים"));
    assert_eq!(talk.detail("city").as_deref(), Some("חיפה"));
    assert_eq!(
        talk.detail("budget").as_deref(),
        Some("1,500,000 ₪?"),
        "not validated before the yes"
    );
    assert_eq!(talk.detail("phone"), None);
}

#[test]
fn a_question_about_a_day_books_nothing() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אתם פתוחים ביום שישי", "ביום שישי בין 9:00 ל-13:00");
    assert_eq!(talk.detail("time"), None);
}

#[test]
fn a_withheld_caller_is_asked_for_a_number_and_it_is_read_back() {
    let mut talk = Talk::from("anonymous");
    talk.say("תחזרו אליי בבקשה", "מתי נוח");
    talk.say("מחר בעשר", "איך קוראים לכם?");
    talk.say("אבי לוי", "מה מספר הטלפון");
    talk.say(
        "אפס חמש שתיים שלוש ארבע חמש שש שבע שמונה תשע",
        "מספר הטלפון 052-3456789. נכון?",
    );
    talk.say("כן", "נחזור אליכם מחר בשעה 10:00.");
    assert_eq!(talk.detail("phone").as_deref(), Some("052-3456789"));
    assert_eq!(
        talk.tasks(),
        [("לחזור לאבי לוי כפי שביקש".into(), "2026-11-19 10:00".into())]
    );
}

#[test]
fn a_phone_that_was_never_confirmed_is_kept_as_heard() {
    let mut talk = Talk::from("anonymous");
    talk.say("תחזרו אליי מחר בעשר", "איך קוראים לכם?");
    talk.say("אבי", "מה מספר הטלפון");
    talk.say("אפס חמש שתיים", "לא קלטתי את המספר");
    talk.say("אפס חמש", "נחזור אליכם");
    assert_eq!(talk.detail("phone").as_deref(), Some("אפס חמש?"));
}

#[test]
fn a_person_is_given_in_opening_hours_and_a_call_back_outside_them() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לדבר עם בן אדם", "מעביר אתכם לנציג");
    assert_eq!(talk.outcome(), Outcome::Transfer);
    assert!(talk.tools().contains(&&Tool::Transfer));

    let mut talk = Talk::from("+972521234567").at("2026-11-21T11:00:00[Asia/Jerusalem]");
    talk.say("תעביר אותי לנציג", "נחזור אליכם מחר בשעה 9:00.");
    assert_eq!(talk.outcome(), Outcome::Continue);
    assert_eq!(talk.tasks()[0].1, "2026-11-22 09:00", "never on Shabbat");
}

#[test]
fn two_misses_in_a_row_are_given_up() {
    let mut talk = Talk::from("+972521234567");
    let step = talk.say("הוא נראה את זה", "לא שמעתי טוב");
    assert_eq!(step.understood, Understanding::NotUnderstood);
    talk.say("ככה וככה", "מעביר אתכם לנציג");
    assert_eq!(talk.outcome(), Outcome::Transfer);
}

#[test]
fn short_roads() {
    let check = |line: &str, expected: &str, outcome: Outcome| {
        let mut talk = Talk::from("+972521234567");
        talk.say(line, expected);
        assert_eq!(talk.outcome(), outcome, "{line}");
    };
    check("סליחה טעות במספר", "אין בעיה", Outcome::End);
    check("תודה להתראות", "להתראות", Outcome::End);
    check("יש לי דירה למכירה", "באיזה יישוב?", Outcome::Continue);
    check(
        "אני רוצה להשכיר את הדירה שלי בעכו",
        "כמה חדרים?",
        Outcome::Continue,
    );
    check("מה דמי התיווך", "2%", Outcome::Continue);
    check("דירה של ארבעה חדרים בנהריה", "במה אפשר לעזור?", Outcome::Continue);
    check("", "לא שמעתי טוב", Outcome::Continue);
    check("שלום", "במה אפשר לעזור?", Outcome::Continue);
    check("בוקר טוב", "במה אפשר לעזור?", Outcome::Continue);
}

#[test]
fn a_later_errand_is_taken_and_one_call_back_stays_one() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה למכור דירה בחיפה שלושה חדרים", "איך קוראים לכם?");
    talk.say("רון", "נחזור אליכם");
    talk.say("כן, תחזרו אליי מחר בתשע", "נחזור אליכם מחר בשעה 9:00.");
    assert_eq!(talk.dialogue.history, ["sell", "call_back"]);
    assert_eq!(talk.tasks().len(), 2, "the time was changed by the caller");
}

#[test]
fn the_same_turn_gives_the_same_ordinals() {
    let mut talk = Talk::from("+972521234567");
    let first = talk.say("אני רוצה לקנות דירה בחיפה", "").clone();
    let again = talk.script.reply(
        &Dialogue::default(),
        "אני רוצה לקנות דירה בחיפה",
        &talk.now,
        &talk.caller,
    );
    assert_eq!(first, again);
    talk.say("שלושה חדרים", "");
    let ordinals: Vec<u32> = talk
        .steps
        .iter()
        .flat_map(|step| &step.tools)
        .map(|call| call.ordinal)
        .collect();
    assert_eq!(ordinals, (0..ordinals.len() as u32).collect::<Vec<_>>());
}

#[test]
fn the_turn_limit_takes_a_message() {
    let mut talk = Talk::from("+972521234567");
    for _ in 0..20 {
        talk.say("מה הכתובת", "");
    }
    talk.say("מה הכתובת", "אחרי הצליל");
    assert_eq!(talk.outcome(), Outcome::TakeMessage);
}

#[test]
fn a_call_is_summed_up() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לקנות דירה בחיפה שלושה חדרים עד מיליון וחצי", "נכון?");
    talk.say("כן", "איך קוראים לכם?");
    talk.say("דנה", "נחזור אליכם");
    let summary = talk
        .script
        .summarise(&talk.dialogue, &talk.turns, &talk.caller, &talk.now);
    assert_eq!(
        summary.text,
        "שיחה מאת דנה (052-1234567). נושא: קניית דירה.\n\
         פרטים: מספר החדרים: 3 חדרים, היישוב: חיפה, התקציב: 1,500,000 ₪, מספר הטלפון: 052-1234567.\n\
         הובטח: לחזור לדנה בעניין קניית דירה, עד 18/11/2026 12:00."
    );
    assert_eq!(summary.intent.as_deref(), Some("buy"));
    assert_eq!(summary.tasks.len(), 1);
    assert_eq!(summary.tasks[0].channel, "call");
}

#[test]
fn an_empty_call_is_summed_up_truthfully() {
    let summary = script().summarise(
        &Dialogue::default(),
        &[("אהמ".into(), "סליחה?".into())],
        &CallerId::Withheld,
        &now(),
    );
    assert_eq!(
        summary.text,
        "שיחה מאת מספר חסוי. לא הובן נושא הפנייה.\nלא הובטח המשך טיפול.\nנאמר: אהמ"
    );
    assert!(summary.tasks.is_empty());
}

#[test]
fn what_a_caller_says_is_data() {
    let mut talk = Talk::from("+972521234567");
    talk.say("אני רוצה לקנות דירה שלושה חדרים בחיפה עד מיליון", "נכון?");
    talk.say("כן", "איך קוראים לכם?");
    let step = talk.say("קוראים לי {phone} {budget}", "");
    assert!(!step.reply.contains("052"), "{}", step.reply);
    assert!(!step.reply.contains("1,000,000"), "{}", step.reply);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_caller_can_say_anything(lines in prop::collection::vec(any::<String>(), 1..8)) {
        anything(&lines);
    }

    #[test]
    fn a_caller_can_say_anything_in_our_words(lines in prop::collection::vec(
        "(דירה|כן|לא|בחיפה|מיליון|וחצי|שלושה|חדרים|תחזרו|מחר|בעשר|נציג|052 1234567|דנה|[0-9/:.]{1,8}| |,){1,12}", 1..10,
    )) {
        anything(&lines);
    }
}

/// The dialogue stays small and survives JSON whatever is said.
fn anything(lines: &[String]) {
    let script = script();
    let mut dialogue = Dialogue::default();
    for line in lines {
        let long = line.repeat(20);
        let step = script.reply(&dialogue, &long, &now(), &CallerId::Withheld);
        let json = serde_json::to_string(&step.dialogue).expect("json");
        assert!(json.len() < 16_000, "{}", json.len());
        assert!(step.reply.chars().count() < 2_000);
        assert!(step.dialogue.history.len() <= HISTORY);
        assert!(step.dialogue.details.len() <= script.model().slots.len());
        dialogue = serde_json::from_str(&json).expect("the same dialogue");
        assert_eq!(dialogue, step.dialogue);
    }
    script.summarise(&dialogue, &[], &CallerId::Withheld, &now());
}
