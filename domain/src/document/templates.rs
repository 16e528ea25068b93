//! The texts that every business begins with. A line that begins with `# ` is a heading, with `- ` a bullet; a name in braces
//! is a field. A business changes its own copy, version by version.

use super::Kind;

/// A template that is there from the start.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// What it is known by in the database.
    pub name: &'static str,
    pub kind: Kind,
    /// As people see it in a list.
    pub label: &'static str,
    /// The paper's title.
    pub title: &'static str,
    pub body: &'static str,
}

/// All of them.
pub const BUILT_IN: [BuiltIn; 4] = [
    BuiltIn {
        name: "quote",
        kind: Kind::Quote,
        label: "הצעת מחיר",
        title: "הצעת מחיר",
        body: "לכבוד {client_name},\nבהמשך לשיחתנו, להלן הצעתנו. ההצעה אינה מהווה חשבון או קבלה.",
    },
    BuiltIn {
        name: "order",
        kind: Kind::Order,
        label: "הזמנת שירותי תיווך",
        title: "הזמנת שירותי תיווך במקרקעין",
        body: ORDER,
    },
    BuiltIn {
        name: "exclusivity",
        kind: Kind::Order,
        label: "הזמנת שירותי תיווך בבלעדיות",
        title: "הזמנת שירותי תיווך במקרקעין בבלעדיות",
        body: EXCLUSIVITY,
    },
    BuiltIn {
        name: "contract",
        kind: Kind::Contract,
        label: "הסכם שירותים",
        title: "הסכם שירותים",
        body: CONTRACT,
    },
];

const ORDER: &str = "הזמנה זו נערכת לפי סעיף 9 לחוק המתווכים במקרקעין, התשנ״ו-1996, והתקנות שלפיו.
# ההזמנה
אני, {client_name}, מזמין/ה מ{broker_name}, בעל/ת רישיון תיווך מספר {broker_license}, שירותי תיווך במקרקעין לעסקה מסוג {deal_type}.
# הנכס
{property}
מחיר העסקה המבוקש בקירוב: {price}.
# דמי התיווך
דמי התיווך המוסכמים: {fee}, {fee_vat}.
דמי התיווך ישולמו עם חתימת הסכם מחייב בין הצדדים לעסקה, אם המתווך היה הגורם היעיל שהביא להתקשרות בו.
# התחייבויות הלקוח
- הלקוח יודיע למתווך על חתימת הסכם מחייב בנוגע לנכס.
- הלקוח לא ימסור לאחר מידע שקיבל מהמתווך על הנכס בלי הסכמתו.
# התחייבויות המתווך
- המתווך יפעל בנאמנות, בהגינות ובדרך מקובלת, וימסור ללקוח כל מידע מהותי שיש בידו על הנכס.";

const EXCLUSIVITY: &str = "הזמנה זו נערכת לפי סעיף 9 לחוק המתווכים במקרקעין, התשנ״ו-1996, והתקנות שלפיו.
# ההזמנה
אני, {client_name}, מזמין/ה מ{broker_name}, בעל/ת רישיון תיווך מספר {broker_license}, שירותי תיווך במקרקעין בבלעדיות לעסקה מסוג {deal_type}.
# הנכס
{property}
מחיר העסקה המבוקש בקירוב: {price}.
# דמי התיווך
דמי התיווך המוסכמים: {fee}, {fee_vat}.
# הבלעדיות
הבלעדיות ניתנת עד ליום {exclusive_until}. בתקופה זו לא יפנה הלקוח למתווך אחר בנוגע לנכס.
פעולות השיווק שהמתווך מתחייב לבצע: {marketing}
# הערה
הסכמה לבלעדיות נחתמת במסמך נפרד ולתקופה קצובה.";

const CONTRACT: &str = "# הצדדים
הסכם זה נערך בין {business_name} (להלן: נותן השירות) לבין {client_name} (להלן: הלקוח).
# השירות
{service}
# התמורה
{payment}
# כללי
- ההסכם נכנס לתוקף עם חתימת הלקוח.
- שינוי בהסכם ייעשה בכתב ובהסכמת שני הצדדים.";
