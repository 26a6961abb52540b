"""Whether a text begins like a letter to a customer: somebody may be about to write it into the wrong box."""

import re
import unicodedata

# English, Italian, German, French, Spanish; without accents.
_GREETINGS = (
    "hi", "hello", "hey", "good morning", "good afternoon", "good evening", "good day",
    "ciao", "salve", "buongiorno", "buon giorno", "buonasera", "buona sera", "buon pomeriggio", "caro", "cara",
    "hallo", "guten tag", "guten morgen", "guten abend", "gruss gott", "moin", "servus", "liebe", "lieber",
    "bonjour", "bonsoir", "salut", "cher", "chere",
    "hola", "buenos dias", "buenas tardes", "buenas noches", "buenas", "querido", "querida",
)  # fmt: skip
_FORMAL = (
    "dear", "to whom it may concern",
    "gentile", "gentili", "gent", "gentilissimo", "gentilissima", "egregio", "egregia", "egregi", "spettabile", "spett",
    "sehr geehrte", "sehr geehrter", "sehr geehrtes", "sehr verehrte", "werte", "werter",
    "chere madame", "cher monsieur", "chers clients",
    "estimado", "estimada", "estimados", "estimadas", "distinguido", "distinguida", "muy senor", "muy senores",
)  # fmt: skip
_TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam",
    "sig", "signor", "signore", "signora", "signori", "dott", "dottor", "dottore", "dottoressa", "ing", "avv",
    "herr", "frau", "damen", "monsieur", "madame", "mesdames", "messieurs", "mme", "mademoiselle",
    "senor", "senora", "senores", "senorita", "sr", "sra", "don", "dona",
}  # fmt: skip
_ALONE = {"madame", "monsieur", "mesdames", "messieurs", "et"}
# Whoever writes to these writes to colleagues.
_INSIDE = {
    "all", "team", "colleague", "colleagues", "everyone", "everybody", "folks",
    "tutti", "tutte", "colleghi", "colleghe", "collega", "alle", "zusammen", "kollegen", "kolleginnen", "kollege",
    "tous", "toutes", "collegue", "collegues", "equipe", "todos", "todas", "companeros", "companeras", "equipo",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_END = re.compile(r"[,:;!\u2013\u2014]")
MOST_WORDS = 6


def reads_like_letter(text: str, customer_name: str) -> bool:
    """True for a greeting with the customer's name or a title, or a formal salutation that stands by itself, at the
    very beginning of `text`; in five languages, with or without accents. Colleagues may be greeted."""
    line = _plain(next((one for one in text.splitlines() if one.strip()), "")[:200])
    if line.lstrip().startswith("@"):
        return False
    end = _END.search(line)
    words = _WORD.findall(line[: end.start()] if end else line)
    if not words or _INSIDE & set(words[:MOST_WORDS]):
        return False
    stands_alone = len(words) <= MOST_WORDS and (end is not None or not line.rstrip().endswith("."))
    if stands_alone and (_after(words, _FORMAL) is not None or set(words) <= _ALONE):
        return True
    rest = _after(words, (*_GREETINGS, *_FORMAL))
    if not rest:
        return False
    names = {word for word in _WORD.findall(_plain(customer_name)) if len(word) > 1}
    return rest[0] in _TITLES or rest[0] in names


def _plain(text: str) -> str:
    """Small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


def _after(words: list[str], openings: tuple[str, ...]) -> list[str] | None:
    """What follows the longest of the openings with which the words begin; None when they begin with none."""
    lengths = [len(opening.split()) for opening in openings if words[: len(opening.split())] == opening.split()]
    return words[max(lengths) :] if lengths else None
