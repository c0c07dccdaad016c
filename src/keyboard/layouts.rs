//! Where the letters of the canary line are on other keyboards.
//!
//! Made from the files of xkb-data 2.35.1, without keys held down; unit tests compare it with them where `xkbcli` is
//! installed. Right-to-left and combining letters are written as numbers, because editors show them elsewhere.

/// What the keys in [`KEYS`] give on another keyboard.
pub(super) struct Layout {
    /// As a person would call it.
    pub(super) name: &'static str,
    /// As xkb-data calls it: layout, and variant in brackets.
    #[cfg(test)]
    pub(super) xkb: &'static str,
    /// One letter for each of [`KEYS`].
    pub(super) gives: &'static str,
}

/// The keys of the canary line by their letters on a US keyboard.
pub(super) const KEYS: &str = "abcdefghjklnoprstuvx";

#[rustfmt::skip]
pub(super) const LAYOUTS: &[Layout] = &[
    layout("French or Belgian", "fr", "qbcdefghjklnoprstuvx"),
    layout("Dvorak", "us(dvorak)", "axje.uidhtnbrlpoygkq"),
    layout("Dvorak for the left hand", "us(dvorak-l)", "-wgcbdtheazn.6ykusvx"),
    layout("Dvorak for the right hand", "us(dvorak-r)", "7ixzqaehtdcnyb.8os,0"),
    layout("Colemak", "us(colemak)", "abcsftdhneiky;prglvx"),
    layout("Colemak-DH", "us(colemak_dh)", "azdsftgmneiky;prblvc"),
    layout("Colemak-DH (ISO)", "us(colemak_dh_iso)", "a\\dsftgmneiky;prblvc"),
    layout("Workman", "us(workman)", "avmhrtgyneokp;wsbfcx"),
    layout("Norman", "us(norman)", "abcedtgyniopl;fskuvx"),
    layout("Neo", "de(neo)", "uzäaleosnrtbfqciwhpö"),
    layout("Bepo", "fr(bepo)", "akxipe,ctsr'ljouèv.y"),
    layout("Bepo (AFNOR)", "fr(bepo_afnor)", "akxipe,ctsr’ljouèv.y"),
    layout("French Dvorak", "fr(dvorak)", "oy,uéebfstnxmkga.viq"),
    layout("German Dvorak", "de(dvorak)", "axje.iuhdrnbtzpoygkq"),
    layout("Spanish Dvorak", "es(dvorak)", "axjeñuidrtnbhlpoygkq"),
    layout("Swedish Dvorak", "se(dvorak)", "axjeöuidhtnbrlpoygkq"),
    layout("Spanish Colemak", "latam(colemak)", "abcsftdhneikyñprglvx"),
    layout("Norwegian Colemak", "no(colemak)", "abcsftdhneikyøprglvx"),
    layout("Portuguese Nativo", "pt(nativo)", "ikja.oumdsrqcphexlbç"),
    layout("Turkish F", "tr(f)", "uçveğaütkmlzhpıiorcö"),
    layout("Kurdish F", "tr(ku_f)", "ûçvexautkmlzhpiîorcê"),
    layout("Latvian (ergonomic)", "lv(ergonomic)", "špīsjildateoēčrumnkb"),
    layout("Latvian (adapted)", "lv(adapted)", "abcdefghjklnoprstuvķ"),
    layout("Lithuanian (standard)", "lt(std)", "abcdešghjklnoprstuvū"),
    layout("Lithuanian (LEKP)", "lt(lekp)", "ažcsrtmpneišėęlkdjvx"),
    layout("Esperanto", "epo", "abcdefghjklnoprstuvĉ"),
    layout("Turkmen", "tm", "abçdefghjklnoprstuýü"),
    layout("Croatian, Bosnian or Serbian with digraphs", "hr(unicode)", "abcdefghjklnoprstuvǆ"),
    layout("Northern Saami", "no(smi)", "abcdefghjklnoprstuvč"),
    layout("Hausa", "ng(hausa)", "abcɗefghjklnoprstuvx"),
    layout("Igbo", "ng(igbo)", "abcdefghjklnoprstuvṅ"),
    layout("Yoruba", "ng(yoruba)", "abcdefghjklnoprstuṣọ"),
    layout("Russian, Kazakh or Kyrgyz", "ru", "фисвуапролдтщзкыегмч"),
    layout("Russian, Ukrainian or Bulgarian (phonetic)", "ru(phonetic)", "абцдефгхйклнопрстужь"),
    layout("Russian (phonetic, Windows)", "ru(phonetic_winkeys)", "абцдефгчйклнопрстужх"),
    layout("Ukrainian", "ua", "фисвуапролдтщзкіегмч"),
    layout("Ukrainian (typewriter)", "ua(typewriter)", "фісвуапролдтщзкиегмч"),
    layout("Belarusian", "by", "фісвуапролдтўзкыегмч"),
    layout("Bulgarian", "bg", "ьфъаеожгтнвхдзияшкэй"),
    layout("Bulgarian (new phonetic)", "bg(bas_phonetic)", "абцдефгхйклнопрстувж"),
    layout("Serbian or Macedonian", "rs", "абцдефгхјклнопрстувџ"),
    layout("Mongolian", "mn", "ймёбуөахролиүзжыэгсч"),
    layout("Tajik", "tj", "фисвуапролдтҳзкҷегмч"),
    layout("Uzbek", "uz", "фисвуапролдтўзкқегмч"),
    layout("Tatar", "ru(tt)", "фисвуапролдтәзкыегмч"),
    layout("Azerbaijani (Cyrillic)", "az(cyrillic)", "фисвуапролдтһзкыегмч"),
    layout("Greek", "gr", "αβψδεφγηξκλνοπρστθωχ"),
    layout("Hebrew", "il", "\u{5e9}\u{5e0}\u{5d1}\u{5d2}\u{5e7}\u{5db}\u{5e2}\u{5d9}\u{5d7}\u{5dc}\u{5da}\u{5de}\u{5dd}\u{5e4}\u{5e8}\u{5d3}\u{5d0}\u{5d5}\u{5d4}\u{5e1}"),
    layout("Hebrew (phonetic)", "il(phonetic)", "\u{5d0}\u{5d1}\u{5e6}\u{5d3}\u{5d0}\u{5e4}\u{5d2}\u{5d4}\u{5d9}\u{5db}\u{5dc}\u{5e0}\u{5e1}\u{5e4}\u{5e8}\u{5e9}\u{5ea}\u{5d5}\u{5d5}\u{5d7}"),
    layout("Arabic", "ara", "\u{634}\u{fefb}\u{624}\u{64a}\u{62b}\u{628}\u{644}\u{627}\u{62a}\u{646}\u{645}\u{649}\u{62e}\u{62d}\u{642}\u{633}\u{641}\u{639}\u{631}\u{621}"),
    layout("Arabic (Macintosh)", "ara(mac)", "\u{634}\u{632}\u{630}\u{64a}\u{62b}\u{628}\u{644}\u{627}\u{62a}\u{646}\u{645}\u{631}\u{62e}\u{62d}\u{642}\u{633}\u{641}\u{639}\u{62f}\u{637}"),
    layout("Persian or Dari", "ir", "\u{634}\u{630}\u{632}\u{6cc}\u{62b}\u{628}\u{644}\u{627}\u{62a}\u{646}\u{645}\u{62f}\u{62e}\u{62d}\u{642}\u{633}\u{641}\u{639}\u{631}\u{637}"),
    layout("Pashto", "af(ps)", "\u{634}\u{630}\u{632}\u{6cc}\u{62b}\u{628}\u{644}\u{627}\u{62a}\u{646}\u{645}\u{62f}\u{62e}\u{62d}\u{642}\u{633}\u{641}\u{639}\u{631}\u{6d0}"),
    layout("Urdu", "pk", "\u{627}\u{628}\u{686}\u{62f}\u{639}\u{641}\u{6af}\u{62d}\u{62c}\u{6a9}\u{644}\u{646}\u{6c1}\u{67e}\u{631}\u{633}\u{62a}\u{621}\u{637}\u{634}"),
    layout("Urdu (Windows)", "in(urd-winkeys)", "\u{645}\u{634}\u{6d2}\u{631}\u{6be}\u{646}\u{644}\u{6c1}\u{627}\u{6a9}\u{6cc}\u{63a}\u{62c}\u{62d}\u{62f}\u{648}\u{679}\u{62a}\u{633}\u{641}"),
    layout("Kurdish (Arabic)", "iq(ku_ara)", "\u{627}\u{628}\u{62c}\u{62f}\u{6d5}\u{641}\u{6af}\u{647}\u{698}\u{6a9}\u{644}\u{646}\u{6c6}\u{67e}\u{631}\u{633}\u{62a}\u{626}\u{6a4}\u{62e}"),
    layout("Uyghur", "cn(ug)", "\u{6be}\u{628}\u{63a}\u{62f}\u{6d0}\u{627}\u{6d5}\u{649}\u{642}\u{643}\u{644}\u{646}\u{648}\u{67e}\u{631}\u{633}\u{62a}\u{6c7}\u{6c8}\u{634}"),
    layout("Sindhi", "pk(snd)", "\u{627}\u{628}\u{637}\u{62f}\u{64a}\u{641}\u{6af}\u{647}\u{62c}\u{6aa}\u{644}\u{646}\u{648}\u{67e}\u{631}\u{633}\u{62a}\u{639}\u{680}\u{62e}"),
    layout("Georgian", "ge", "აბცდეფგჰჯკლნოპრსტუვხ"),
    layout("Georgian (ergonomic)", "ge(ergonomic)", "ხჟყაუეოდმსრზვშძიჭთღჰ"),
    layout("Armenian", "am", "ջզչգբեանիտհլըթսվմւյդ"),
    layout("Armenian (eastern)", "am(eastern)", "աբքդէֆգհճկլնոպրստըվց"),
    layout("Armenian (western)", "am(western)", "ապգտէֆկհճքլնոբրսդըւց"),
    layout("Armenian (phonetic)", "am(phonetic)", "աբցդեֆգհյկլնօպրստւվղ"),
    layout("Hindi or Marathi", "in", "\u{94b}वम\u{94d}\u{93e}\u{93f}\u{941}परकतलदज\u{940}\u{947}\u{942}हन\u{902}"),
    layout("Nepali", "np", "\u{93e}बचद\u{947}उगहजकलन\u{94b}परसत\u{941}वड"),
    layout("Bangla", "bd", "\u{9c3}ন\u{9c7}\u{9bf}ডব\u{9cd}\u{9be}কতদসগড়প\u{9c1}টজর\u{9cb}"),
    layout("Bangla (Probhat)", "bd(probhat)", "\u{9be}বচড\u{9c0}তগহজকলনওপরসট\u{9c1}আশ"),
    layout("Bangla (India)", "in(ben)", "\u{9cb}বম\u{9cd}\u{9be}\u{9bf}\u{9c1}পরকতলদজ\u{9c0}\u{9c7}\u{9c2}হন\u{982}"),
    layout("Gujarati", "in(guj)", "\u{acb}વમ\u{acd}\u{abe}\u{abf}\u{ac1}પરકતલદજ\u{ac0}\u{ac7}\u{ac2}હન\u{a82}"),
    layout("Punjabi", "in(guru)", "\u{a4b}ਵਮ\u{a4d}\u{a3e}\u{a3f}\u{a41}ਪਰਕਤਲਦਜ\u{a40}\u{a47}\u{a42}ਹਨ\u{a02}"),
    layout("Kannada", "in(kan)", "\u{ccb}ವಮ\u{ccd}\u{cbe}\u{cbf}\u{cc1}ಪರಕತಲದಜ\u{cc0}\u{cc7}\u{cc2}ಹನ\u{c82}"),
    layout("Malayalam", "in(mal)", "\u{d4b}വമ\u{d4d}\u{d3e}\u{d3f}\u{d41}പരകതലദജ\u{d40}\u{d47}\u{d42}ഹന\u{d02}"),
    layout("Oriya", "in(ori)", "\u{b4b}ଵମ\u{b4d}\u{b3e}\u{b3f}\u{b41}ପରକତଲଦଜ\u{b40}\u{b47}\u{b42}ହନ\u{b02}"),
    layout("Telugu", "in(tel)", "\u{c4b}వమ\u{c4d}\u{c3e}\u{c3f}\u{c41}పరకతలదజ\u{c40}\u{c47}\u{c42}హన\u{c02}"),
    layout("Tamil", "in(tam_tamilnet)", "ய\u{bc6}உனநகப\u{bbe}தமடஔ\u{bca}\u{bbf}சளவரஎஒ"),
    layout("Sinhala", "lk", "අබචදඑෆගහජකලනඔපරසතඋවඳ"),
    layout("Thai", "th", "ฟ\u{e34}แกำดเ\u{e49}\u{e48}าส\u{e37}นยพหะ\u{e35}อป"),
    layout("Thai (Pattachote)", "th(pat)", "\u{e49}\u{e34}ลงยก\u{e31}\u{e35}านเควแอทรดหป"),
    layout("Lao", "la", "\u{eb1}\u{eb6}ແກຳດເ\u{ec9}\u{ec8}າສ\u{eb7}ນຍພຫະ\u{eb5}ອປ"),
    layout("Burmese", "mm", "\u{1031}ဘခ\u{102d}န\u{103a}\u{102b}\u{1037}\u{103c}\u{102f}\u{1030}ညသစမ\u{103b}အကလထ"),
    layout("Khmer", "kh", "\u{17b6}បចដ\u{17c1}ថងហ\u{17d2}កលន\u{17c4}ផរសត\u{17bb}វខ"),
    layout("Dzongkha", "bt", "ཏརའདགནཔཕབམཙལཅཆངཐ\u{f72}\u{f7a}ཡཟ"),
    layout("Tibetan", "cn(tib)", "འཔཀད\u{f7a}བངམ་གལན\u{f7c}ཕརསཏ\u{f74}ཁཤ"),
    layout("Amharic", "et", "\u{fe67}በቸደ﹩ፈገሀጀከለነ\u{fe73}ፐረሰተ\u{fe75}ሸአ"),
    layout("Cherokee", "us(chr)", "ᎠᎨᏓᏗᎡᎩᎦᎯᏚᎸᎵᎾᎣᏁᏛᏍᏔᎤᎥᏴ"),
    layout("Inuktitut", "ca(ike)", "ᖑᑕᖃᖁᕿᑯᑐᓱᒧᓄᓗᓴᓕᔨᑭᐅᑎᒥᑲᐊ"),
    layout("Tifinagh", "ma(tifinagh)", "ⵇⴱⵛⴷⴻⴼⴳⵀⵊⴽⵍⵏⵄⵃⵔⵙⵜⵓⵖⵅ"),
    layout("Dhivehi", "mv", "\u{7a6}\u{784}\u{797}\u{78b}\u{7ac}\u{78a}\u{78e}\u{780}\u{796}\u{786}\u{78d}\u{782}\u{7ae}\u{795}\u{783}\u{790}\u{78c}\u{7aa}\u{788}×"),
    layout("Syriac", "sy(syc)", "\u{72b}\u{727}\u{724}\u{71d}\u{716}\u{712}\u{720}\u{710}\u{72c}\u{722}\u{721}\u{700}\u{71e}\u{71a}\u{729}\u{723}\u{726}\u{725}\u{72a}["),
    layout("Japanese (Kana)", "jp(kana)", "チコソシイハキクマノリミラセストカナヒサ"),
];

const fn layout(name: &'static str, _xkb: &'static str, gives: &'static str) -> Layout {
    Layout {
        name,
        #[cfg(test)]
        xkb: _xkb,
        gives,
    }
}
