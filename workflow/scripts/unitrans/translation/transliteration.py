"""Transliteration: words that stay as they are, written in the script of the target language.

ICU has rules between scripts, for scholars: they keep the letters apart and know nothing of how
they sound. So the Latin letters are first spelt as they sound, then as each script's rules want
them. All of it is in ICU's own language of rules (Unicode Technical Standard 35, part 2).
"""

from functools import cache
from unicodedata import normalize

import regex
from icu import Locale, Transliterator, UTransDirection

LETTERS = regex.compile(r"[\p{Latin}\p{M}]+")
LATIN = regex.compile(r"\p{Latin}")
OTHER = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)
CAPITALS = frozenset({"Armenian", "Cyrillic", "Greek"})  # Georgian has them, and never uses them
MARKS = regex.compile(r"\p{M}")
UNMARKED = frozenset({"Arabic", "Hebrew"})  # ordinary text has no vowel marks
# Languages that do not have all letters of their script as ICU writes it, and whose way they go.
STYLES = {
    **dict.fromkeys(["ckb", "fa", "ks", "ku", "ps", "sd", "ug", "ur"], "Persian"),
    **dict.fromkeys(["bg", "uk"], "Bulgarian"),
    **dict.fromkeys(["mk", "sr"], "Serbian"),
}
# In these scripts the last consonant has no vowel without a mark that says so, and the marks of
# short vowels, which only other languages have, are those of long ones.
BARE_ENDS = frozenset({"Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Oriya"})
FINAL_VIRAMA = regex.compile(r"\p{ccc=9}$")
SHORT_VOWELS = str.maketrans("\u090e\u0912\u0946\u094a", "\u090f\u0913\u0947\u094b")

# How European spelling sounds, as far as it can be told without knowing the language.
SOUNDS = f"""
    {" ".join(f"{letter} }} {letter} > ;" for letter in "bcdfghjklmnprstvz")}
    c }} [eiy] > s; c }} k > ; sch > sh; ch > ch; c > k; ph > f; th > θ; qu > kw; q > k; x > ks;
    ey }} $ > i; y }} $ > i; ou > u; oo > u; ee > i; aa > a;
    [bcdfghjklmnprstvz] {{ e }} $ > ;
"""
_GLIDES = "y } [aeiou] > y; [aeou] { y > y; y > i;"
_ARABIC = "sh > sẖ; :: Null; ^ { ([eiou]) > ā $1; :: Null; a > ā; [ei] > ī; [ou] > ū;"
_INDIC = f"""
    {_GLIDES} :: Null;
    θ > th; sh > ś; ch > c; t > ṭ; d > ḍ; a > ā; o > ō; i }} a > iy; i }} $ > ī;
"""
# The same sounds in the letters that ICU's rules into each script expect.
SPELLING = {
    "Arabic": f"p > b; v > f; gh > gẖ; g > gẖ; kh > kẖ; ch > tsẖ; {_ARABIC}",
    "Bengali": _INDIC,
    "Cyrillic": f"j > dzh; i }} a > iy; {_GLIDES}",
    "Devanagari": _INDIC,
    "Ethiopic": "sh > x; ch > c; e > E; i } a > iy; u } a > uw; ai > ay;",
    "Georgian": "f > p; p > pʼ; t > tʼ; kh > kh; k > kʼ; y > i;",
    "Greek": "u > ou; w > ou; y > i; j > tz; n { g > g; g > gk; sh > s; ch > ts;",
    "Gujarati": _INDIC,
    "Gurmukhi": _INDIC,
    # A consonant that ends no syllable of Korean has a vowel after it, and r there is silent.
    "Hangul": """
        e } o > i; eu > yu; sh } i > s; sh } [aeou] > sy; sh > si; ch } [aeiou] > ch; ch > chi;
        f > p; v > b; z > j; θ > s; y } [aeou] > y; y > i;
        [aeiou] { r } [^aeiouyw] > ; [a-z] { l } [aeiou] > ll;
        :: Null;
        ng > ng; ch > ch; ([bdgjkpst]) } [bcdghjklmnprst] > $1 eu; ([bdgjkst]) } $ > $1 eu;
    """,
    "Hebrew": """
        ^ { [iy] > ʼy; ^ { [ou] > ʼw; ^ { [ae] > ʼ; [ae] } $ > h; θ > ţ; sh > ş; ch > ẕ; j > g;
        [iy] > y; [ou] > w; k > q; v > b;
    """,
    "Kannada": _INDIC,
    "Katakana": "θ > s; si > shi; v > b;",
    "Malayalam": _INDIC,
    "Oriya": _INDIC,
    "Persian": f"gh > gẖ; kh > kẖ; ch > cẖ; v > w; {_ARABIC}",
    "Tamil": _INDIC,
    "Telugu": _INDIC,
    "Thai": """
        ^ { ([aeiou]) > x $1;
        :: Null;
        s } [^aeiouhy] > s̄; θ > th; i } a > iy; a > ā; v > w; z > s;
    """,
}
# ICU's rules, where those that are named after the script are not the best.
RULES = {
    "Cyrillic": ":: Latin-Russian/BGN; :: Latin-Cyrillic",
    "Ethiopic": ":: Latin-Ethiopic/SERA",
    "Greek": ":: Latin-Greek/UNGEGN",
}
# What they leave to mend: signs that readers of today expect, and letters of other languages.
MENDING = {
    "Armenian": "սհ > շ; ծհ > չ; կհ > խ; ձ > ջ;",
    "Bulgarian": "ы > и; э > е;",
    "Malayalam": "ന് } [^യര] > ൻ; ര് > ർ; ല് } [^ല] > ൽ;",
    "Persian": "ي > ی; ك > ک;",
    "Serbian": "дж > џ; ы > и; э > е; й > ј;",
    "Tamil": "[:Tamil:] { ந > ன; ஂ } ப > ம்; ஂ > ன்;",
}


@cache
def transliterate(word: str, script: str, language: str = "") -> str:
    """Write the Latin letters of a word in another script.

    Args:
        word: A word.
        script: The script's name in Unicode.
        language: ISO 639 code of the language.

    Returns:
        The word in the script, with its digits and punctuation; as it was where it has letters
        of other scripts or none, or where ICU's rules do not know all of it.
    """
    rules = rules_into(script, STYLES.get(language, script))
    if rules is None or OTHER.search(word):
        return word
    written = LETTERS.sub(lambda run: _written(run[0], rules, script), word)
    return written if OTHER.search(written) and not LATIN.search(written) else word


def _written(letters: str, rules: Transliterator, script: str) -> str:
    """Write a run of Latin letters by the rules, as the script's readers expect it."""
    text = normalize("NFC", "".join(rules.transliterate(letters).split()))
    if script in CAPITALS and letters[0].isupper():
        return text.upper() if letters.isupper() and len(letters) > 1 else text.capitalize()
    if script in UNMARKED:
        return MARKS.sub("", text)
    if script in BARE_ENDS:
        return FINAL_VIRAMA.sub("", text.translate(SHORT_VOWELS))
    return text


def can_write(language: str) -> bool:
    """Whether names can be written as a language writes them: in Latin letters, or by rules.

    Args:
        language: ISO 639 code.

    Returns:
        False for Chinese, whose script no rule knows; True for a language that CLDR does not
        know.
    """
    script = Locale(language).addLikelySubtags().getScript()
    known = script in {"Latn", "Jpan", "Kore"} or not script
    return known or f"Latn-{script}" in Transliterator.getAvailableIDs()


@cache
def rules_into(script: str, style: str = "") -> Transliterator | None:
    """Put together the rules from Latin letters into a script.

    Args:
        script: The script's name in Unicode.
        style: Which languages' way of writing it, by its name in the tables above.

    Returns:
        The rules; None for Latin itself and for scripts that ICU has none for, such as Han.
    """
    if f"Latin-{script}" not in Transliterator.getAvailableIDs():
        return None
    own = RULES.get(script, f":: Latin-{script}")
    passes = [
        ":: Latin-ASCII; :: Lower",
        SOUNDS,
        SPELLING.get(style, SPELLING.get(script)),
        "θ > t",
        own,
        "j > y; w > v",  # which some scripts' rules do not know
        own,
        MENDING.get(style, MENDING.get(script)),
    ]
    return Transliterator.createFromRules(
        f"Latin-{style or script}-Names",
        ":: Null;".join(f"{rules};" for rules in passes if rules),
        UTransDirection.FORWARD,
    )
