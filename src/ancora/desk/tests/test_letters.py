"""What reads like a letter to the customer Carla Bianchi, and what does not."""

import pytest

from ancora.desk.letters import reads_like_letter

LETTERS = [
    "Hi Carla,\nthank you for writing.",
    "hello carla thanks for the picture",
    "\n\n  Good morning Ms Bianchi, we have it.",
    "Dear Carla,",
    "Dear Sir or Madam,\nwe received",
    "Dear customer:",
    "To whom it may concern",
    "Ciao Carla, il pezzo è partito.",
    "Buongiorno Sig.ra Bianchi,",
    "Gentile signora, la ringraziamo",
    "Egregio Dott. Verdi,",
    "Spett.le Bianchi S.r.l.,",
    "Cara Carla!",
    "Sehr geehrte Damen und Herren,",
    "Sehr geehrter Herr Müller",
    "Guten Tag Frau Bianchi, das Teil ist da",
    "Grüß Gott Frau Bianchi",
    "Liebe Carla,",
    "Bonjour Carla,",
    "Madame, Monsieur,\nnous avons",
    "Chère Madame,",
    "CHERE CARLA",
    "Estimada señora Bianchi:",
    "Hola Carla, gracias",
    "Buenos días Carla, gracias",
]
NOTES = [
    "",
    "   ",
    "Carla called again, she is angry.",
    "Hi Marco, can you look at this?",
    "@Marco Reale can you look?",
    "Hi all, who knows this grinder?",
    "Dear colleagues,\nplease check",
    "Liebe Kollegen, bitte prüfen",
    "Cari colleghi, controllate",
    "Chers collègues, regardez",
    "Hello, is anybody there?",
    "Dear customer never called back.",
    "Madame Dupont a rappelé ce matin",
    "The customer says hi Carla",
    "Buongiorno, ho controllato io",
    "Deary me, the grinder again",
    "!!!",
]


@pytest.mark.parametrize("text", LETTERS)
def test_letter(text):
    assert reads_like_letter(text, "Carla Bianchi")


@pytest.mark.parametrize("text", NOTES)
def test_note(text):
    assert not reads_like_letter(text, "Carla Bianchi")


def test_name_counts_only_when_it_is_the_customers():
    assert reads_like_letter("Ciao Zoë, arriva", "Zoe Åkesson")
    assert not reads_like_letter("Ciao Zoë, arriva", "Carla Bianchi")
    assert not reads_like_letter("Hi there", "")
