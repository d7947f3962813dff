"""How near transliterated names come to those that the target language has for the same places.

    pip install babel rapidfuzz
    python benchmarks/transliteration.py

The names are those that CLDR has of cities and of countries, in every language below. Cities were
used to choose the rules, countries were not. Printed is the mean edit distance of a name, in
letters, divided by the length of the longer one: 0 where all letters agree, 1 where none do.
"""

from collections.abc import Iterable
from statistics import mean

from babel import Locale
from rapidfuzz.distance import Levenshtein

from unitrans.corpora.writing import script_of
from unitrans.translation.transliteration import transliterate

LANGUAGES = (
    "am", "ar", "bg", "bn", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "kn",
    "ko", "mk", "ml", "mr", "or", "pa", "ru", "sr", "ta", "te", "th", "uk", "ur",
)  # fmt: skip


def cities(locale: Locale) -> dict[str, str]:
    """Get the names of cities, by their time zones."""
    return {zone: names["city"] for zone, names in locale.time_zones.items() if "city" in names}


def countries(locale: Locale) -> dict[str, str]:
    """Get the names of countries that are one word, by their codes."""
    return {code: name for code, name in locale.territories.items() if code.isalpha()}


def distance(pairs: Iterable[tuple[str, str]], language: str) -> float:
    """Measure how far English names, transliterated, are from the language's own."""
    pairs = list(pairs)
    script = script_of([[name] for _, name in pairs])
    return mean(
        Levenshtein.normalized_distance(
            " ".join(transliterate(word, script, language) for word in english.split()).casefold(),
            name.casefold(),
        )
        for english, name in pairs
    )


def main() -> None:
    """Print a row for each language and the mean."""
    print(f"{'language':<10}{'cities':>10}{'countries':>12}")
    found = []
    for language in LANGUAGES:
        locale = Locale(language)
        row = []
        for names in (cities, countries):
            english = names(Locale("en"))
            own = names(locale)
            both = [
                (english.get(key, key.rsplit("/")[-1].replace("_", " ")), own[key]) for key in own
            ]
            if names is countries:
                both = [(name, other) for name, other in both if " " not in name]
            row.append(distance(both, language))
        found.append(row)
        print(f"{language:<10}{row[0]:>10.3f}{row[1]:>12.3f}")
    print(f"{'mean':<10}{mean(r[0] for r in found):>10.3f}{mean(r[1] for r in found):>12.3f}")


if __name__ == "__main__":
    main()
