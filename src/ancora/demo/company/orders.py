"""Order confirmations of the demo shop, as customers forward them below their words."""

from datetime import datetime, timedelta

from ancora.demo.company.dice import dice
from ancora.demo.company.wording import dated

_GOODS = [
    ("Lido 2, cromo", "Lido 2, chrome", 489.0),
    ("Brezza, nera", "Brezza, black", 749.0),
    ("Faro, macchina da filtro", "Faro filter brewer", 159.0),
    ("Mola, macinacaffè", "Mola grinder", 219.0),
    ("Alba in grani, 1 kg", "Alba beans, 1 kg", 26.5),
    ("Molo 7 in grani, 1 kg", "Molo 7 beans, 1 kg", 24.9),
    ("Luna decaffeinato, 250 g", "Luna decaf, 250 g", 9.8),
    ("Guarnizione GR-220", "Seal GR-220", 8.4),
    ("Calma, decalcificante 500 ml", "Calma descaler, 500 ml", 11.9),
    ("Filtro acqua F-3, tre pezzi", "Water filter F-3, set of three", 21.0),
]
_HEADINGS = {"it": ("Articolo", "Quantità", "Prezzo"), "en": ("Article", "Quantity", "Price")}


def confirmation(number: str, at: datetime, language: str) -> tuple[str, str]:
    """The confirmation of order `number`, placed some days before `at`, as plain text and as an HTML table."""
    rng = dice(f"order:{number}")
    column = 0 if language == "it" else 1
    rows = [(goods[column], rng.randint(1, 2), goods[2]) for goods in rng.sample(_GOODS, 3)]
    total = sum(count * price for _, count, price in rows)
    placed = at - timedelta(days=rng.randint(3, 8))
    title = (
        f"Conferma d'ordine {number} del {{d}} {{y}}"
        if language == "it"
        else f"Order confirmation {number}, {{d}} {{y}}"
    )
    title = dated(title, placed, language)
    cells = [(name, str(count), _money(count * price, language)) for name, count, price in rows]
    cells.append(("Totale" if language == "it" else "Total", "", _money(total, language)))
    text = "\n".join(["-" * 40, f"Torrefazione Lume: {title}", *("  ".join(filter(None, row)) for row in cells)])
    return text, _table(title, cells, language)


def _table(title: str, cells: list[tuple[str, str, str]], language: str) -> str:
    head = "".join(f'<th align="left" style="padding:6px 12px">{name}</th>' for name in _HEADINGS[language])
    body = "".join(
        "<tr>"
        + "".join(f'<td style="padding:6px 12px;border-top:1px solid #ddd">{cell}</td>' for cell in row)
        + "</tr>"
        for row in cells
    )
    return (
        f'<br><hr><h3 style="color:#0b5563">Torrefazione Lume</h3><p>{title}</p>'
        f'<table cellspacing="0" style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _money(amount: float, language: str) -> str:
    return f"{amount:.2f} €".replace(".", ",") if language == "it" else f"€{amount:.2f}"
