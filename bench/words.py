"""Deterministic text: a Zipf-like vocabulary without meaning."""

import random

# ruff: noqa: SIM905  words are read more easily in lines than in lists
_SYL = (
    "ba be bi bo da de di do fa fe ga go ha he ka ke ki ko la le li lo ma me mi mo na ne ni no "
    "pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo wa we za ze"
).split()
_COMMON = (
    "the to and of a in is it you that for on with this have are not my we was please can order "
    "invoice account ticket delivery password login refund payment customer number problem error "
    "help thanks regards since yesterday today still when after before again"
).split()


def vocabulary(n=3000, seed=7):
    r = random.Random(seed)
    seen, out = set(_COMMON), list(_COMMON)
    while len(out) < n:
        w = "".join(r.choice(_SYL) for _ in range(r.randint(2, 4)))
        if w not in seen:
            seen.add(w)
            out.append(w)
    return out


VOCAB = vocabulary()
_W = [1.0 / (i + 3) for i in range(len(VOCAB))]
_CUM = []
_t = 0.0
for _x in _W:
    _t += _x
    _CUM.append(_t)


def words(r, n):
    return r.choices(VOCAB, cum_weights=_CUM, k=n)


def paragraph(r, n):
    ws = words(r, n)
    out, i = [], 0
    while i < len(ws):
        k = r.randint(6, 14)
        s = ws[i : i + k]
        i += k
        s[0] = s[0].capitalize()
        out.append(" ".join(s) + ".")
    text = " ".join(out)
    lines, cur = [], ""
    for w in text.split(" "):
        if len(cur) + len(w) + 1 > 72:
            lines.append(cur)
            cur = w
        else:
            cur = (cur + " " + w).strip()
    lines.append(cur)
    return "\n".join(lines)


def body(r, lo=60, hi=180):
    return "\n\n".join(paragraph(r, n) for n in (r.randint(lo // 2, hi // 2), r.randint(lo // 2, hi // 2)))


FIRST = (
    "Anna Ben Carla David Emma Felix Greta Hugo Ida Jonas Klara Luis Maria Nils Olga Paul Quinn Rosa Sven Tara"
).split()
LAST = (
    "Adler Becker Costa Duarte Engel Fischer Garcia Huber Ito Jensen "
    "Klein Lopez Meyer Novak Olsen Peters Rossi Silva Torres Weber"
).split()


def person(i):
    first, last = FIRST[i % len(FIRST)], LAST[(i // len(FIRST)) % len(LAST)]
    return f"{first} {last}", f"{first}.{last}.{i}@customers.example".lower()
