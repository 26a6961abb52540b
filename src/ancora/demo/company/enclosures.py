"""Files that travel with the demo mails, made of the standard library alone and the same at every run."""

import math
import random
import struct
import zlib

from ancora.demo.company.dice import dice


def content_of(kind: str, name: str) -> bytes:
    """The bytes for an attachment: `kind` is photo, invoice, label, guide or table; `name` seeds what is in it."""
    makers = {"photo": photo, "invoice": invoice, "label": label, "guide": guide, "table": table}
    return makers[kind](name)


def photo(name: str, *, width: int = 160, height: int = 120) -> bytes:
    """A PNG that looks like a snapshot of a cup on a counter, with light, shade and a little grain."""
    rng = dice(f"photo:{name}")
    counter, wall, cup, coffee = _palette(rng)
    centre_x, centre_y = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.5, 0.65)
    radius = height * rng.uniform(0.2, 0.3)
    edge = height * rng.uniform(0.3, 0.45)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        ground, light = counter if y > edge else wall, 1.1 - 0.2 * y / height
        for x, grain in enumerate(rng.randbytes(width)):
            distance = math.hypot(x - centre_x, (y - centre_y) * 1.35) / radius
            colour = coffee if distance < 0.78 else cup if distance < 1 else ground
            shade = light - 0.45 * x / width + (grain & 7) / 200
            if 1 <= distance < 1.35 and x > centre_x:
                shade *= 1 - (1.35 - distance) * (x - centre_x) / radius
            red, green, blue = colour
            rows += bytes((min(255, int(red * shade)), min(255, int(green * shade)), min(255, int(blue * shade))))
    return _png(width, height, bytes(rows))


def invoice(name: str) -> bytes:
    """A one-page PDF: an invoice of the shop, numbered after the file's name."""
    rng = dice(f"invoice:{name}")
    goods = [("Abbonamento Alba 1 kg", 26.5), ("Descaler Calma 500 ml", 11.9), ("Lido 2 gasket GR-220", 8.4)]
    lines = [f"Invoice {name.removesuffix('.pdf')}", "Torrefazione Lume, Via dei Tostatori 14, Torino", ""]
    total = 0.0
    for title, price in rng.sample(goods, 2):
        count = rng.randint(1, 3)
        total += count * price
        lines.append(f"{count} x {title}   EUR {count * price:.2f}")
    return _pdf([*lines, "", f"Total EUR {total:.2f}, VAT included"])


def label(name: str) -> bytes:
    """A one-page PDF: a prepaid return label of an invented carrier."""
    number = dice(f"label:{name}").randrange(10**9, 10**10)
    return _pdf(["Corriere Rondine", "Return label, prepaid", "", f"Parcel {number}", "To: Lume Repairs, Torino"])


def guide(name: str) -> bytes:
    """A one-page PDF with a short how-to."""
    steps = ["Switch off and let it cool", "Fill the tank with fresh water", "Follow the marks 1 to 4", "Rinse twice"]
    return _pdf([name.removesuffix(".pdf"), "", *(f"{number}. {step}" for number, step in enumerate(steps, 1))])


def table(name: str) -> bytes:
    """A CSV with semicolons, as Italian spreadsheets write it."""
    rng = dice(f"table:{name}")
    rows = ["order;article;quantity;address"]
    for _ in range(12):
        article = rng.choice(["Alba 1 kg", "Molo 7 1 kg", "Notturno 500 g", "Luna decaf 250 g"])
        rows.append(f"{rng.randint(8100, 8990)};{article};{rng.randint(1, 8)};Office {rng.choice('ABCD')}")
    return "\r\n".join([*rows, ""]).encode("utf-8")


def _palette(rng: random.Random) -> tuple[tuple[int, int, int], ...]:
    wood = rng.choice([(150, 104, 66), (172, 160, 148), (96, 84, 78), (188, 150, 110)])
    wall = rng.choice([(206, 214, 208), (224, 216, 200), (160, 178, 186)])
    cup = rng.choice([(244, 240, 232), (60, 92, 98), (214, 120, 92)])
    return wood, wall, cup, (66 + rng.randrange(20), 40, 24)


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 6)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pdf(lines: list[str]) -> bytes:
    shown = "".join(f"({line}) Tj T*\n" for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 60 780 Td\n{shown}ET".encode("latin-1")
    font = b"<< /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
