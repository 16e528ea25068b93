//! Words as they are written and as they are said.

use super::*;

#[test]
fn words_sound_as_they_are_said() {
    let table = [
        ("שָׁלוֹם", "ʃalˈom"),
        ("תּוֹדָה", "todˈa"),
        ("רַבָּה", "ʁabˈa"),
        ("כֵּן", "kˈen"),
        ("לֹא", "lˈo"),
        ("אֲנִי", "anˈi"),
        ("מְחַפֵּשׂ", "meχapˈes"),
        ("דִּירָה", "diʁˈa"),
        ("בְּחֵיפָה", "beχefˈa"),
        ("חֲדָרִים", "χadaʁˈim"),
        ("שְׁלוֹשָׁה", "ʃloʃˈa"),
        ("שְׁתַּיִם", "ʃtˈajim"),
        ("יְרוּשָׁלַיִם", "jeʁuʃalˈajim"),
        ("בַּיִת", "bˈajit"),
        ("בֹּקֶר", "bˈokeʁ"),
        ("בּוֹקֶר", "bˈokeʁ"),
        ("מֶלֶךְ", "mˈeleχ"),
        ("סֵפֶר", "sˈefeʁ"),
        ("כְּתוֹבֶת", "ktˈovet"),
        ("מְדַבֶּרֶת", "medabˈeʁet"),
        ("שֶׁבַע", "ʃˈeva"),
        ("תֵּשַׁע", "tˈeʃa"),
        ("אַרְבַּע", "aʁbˈa"),
        ("נַעַר", "nˈaaʁ"),
        ("רוּחַ", "ʁˈuaχ"),
        ("שָׁבוּעַ", "ʃavˈua"),
        ("לִשְׁמֹעַ", "liʃmˈoa"),
        ("כָּתַבְתִּי", "katˈavti"),
        ("רָצִיתִי", "ʁatsˈiti"),
        ("הִגַּעְתֶּם", "hiɡatˈem"),
        ("שֶׁלָּנוּ", "ʃelˈanu"),
        ("אֲנַחְנוּ", "anˈaχnu"),
        ("עָלָיו", "alˈav"),
        ("דִּבְרֵי", "divʁˈej"),
        ("חַי", "χˈaj"),
        ("מִצְוֹת", "mitsvˈot"),
        ("צִיּוּץ", "tsijˈuts"),
        ("תִּוּוּךְ", "tivˈuχ"),
        ("מִלְיוֹן", "miljˈon"),
        ("כָּל", "kˈol"),
        ("בְּכָל", "beχˈol"),
        ("צָהֳרַיִם", "tsohoʁˈajim"),
        ("חׇכְמָה", "χoχmˈa"),
        ("יִשְׁמְרוּ", "jiʃmeʁˈu"),
        ("וּלְהִתְרָאוֹת", "ulehitʁaˈot"),
        ("הַמְּדַבֵּר", "hamedabˈeʁ"),
        ("תְּאוּנָה", "teunˈa"),
        ("פְּגִישָׁה", "pɡiʃˈa"),
        ("בְּבַקָּשָׁה", "bevakaʃˈa"),
        ("ג׳ִירָפָה", "dʒiʁafˈa"),
        ("צ׳ֶק", "tʃˈek"),
        ("גָּבוֹהַּ", "ɡavˈoah"),
        ("רְחוֹב", "ʁeχˈov"),
        ("לְךָ", "leχˈa"),
        ("טֶ֫לֶפוֹן", "tˈelefon"),
        ("עַכְשָׁו", "aχʃˈav"),
        ("וְחֵצִי", "veχetsˈi"),
        ("זְמַן", "zmˈan"),
        ("רוֹצֶה", "ʁotsˈe"),
        ("הוֹדָעָה", "hodaˈa"),
        ("מַשֶּׁהוּ", "maʃehˈu"),
        ("קָלַטְתִּי", "kalˈateti"),
        ("חַיִּים", "χajˈim"),
        ("קְנִיָּיה", "knijˈa"),
        ("בִּנְיַין", "binjˈan"),
        ("תִיוּוּךְ", "tivˈuχ"),
        ("תִּקְוָוה", "tikvˈa"),
        ("צִוּוּי", "tsivˈuj"),
        ("קִרְיַית", "kiʁjˈat"),
        ("שָׂדֶה", "sadˈe"),
        ("", ""),
        ("abc", ""),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter(|(word, ipa)| word_to_ipa(word) != *ipa)
        .map(|(word, ipa)| format!("{word}: {} instead of {ipa}", word_to_ipa(word)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn any_marks_on_any_letters_are_survived() {
    let marks: Vec<char> = ('\u{05b0}'..='\u{05c7}').collect();
    for a in 'א'..='ת' {
        for m in &marks {
            for b in ['ו', 'י', 'ה', 'ח', 'ת'] {
                let _ = word_to_ipa(&format!("{a}{m}{b}{m}{a}"));
                let _ = word_to_ipa(&format!("{m}{b}{b}{m}"));
            }
        }
    }
}
