"""Invented people. Any likeness to a real person is chance; nobody here is taken from anywhere."""

import random
from collections.abc import Iterator

FIRST = """
    Aaliyah Aaron Abigail Adam Adele Aidan Aisha Alfie Alice Amara Amelia Amir Amy Anaya
    Andre Anika Anton Archie Aria Arjun Asha Ava Bea Ben Beth Bilal Bobby Callum Cara Carys
    Chidi Chloe Conor Daisy Dan Daria Dev Dylan Eden Eleri Elif Eliza Ella Ellis Emeka Emil
    Esme Ethan Eva Evan Farah Faye Felix Finn Freya Gabe Grace Gwen Hana Harley Harvey
    Hassan Hattie Heidi Henry Holly Hugo Ibrahim Imogen Ines Iris Isaac Isla Ivy Jack Jada
    Jake Jamal James Jasmin Jay Jess Jodie Joel Kai Kasia Kayla Keira Kian Kit Kofi Kyra
    Lara Layla Leo Lewis Lila Lily Lola Luca Lucy Luis Lyra Maisie Malik Marek Martha Mason
    Maya Meera Megan Mia Mila Milo Mina Mohsin Molly Nadia Naomi Nathan Ned Niamh Nico Nina
    Noah Nora Nyla Ola Olive Omar Orla Oscar Otis Owen Pia Pippa Poppy Priya Rafi Raj Reece
    Remi Rhys Riley Robin Rory Rosa Ruby Saffron Sami Sana Seb Shay Sienna Sofia Sol Suki
    Tara Teddy Theo Tilly Toby Tom Uma Vera Violet Wanda Will Xander Yara Yusuf Zac Zara Zoe
""".split()

LAST = """
    Abara Adeyemi Ahluwalia Akhtar Aldous Ambrose Appleyard Arkwright Ashdown Atkin Bagshaw
    Balogun Barrow Bassett Beckford Bellamy Birtwistle Blackwood Bramhall Brightside Brook
    Burrell Cadwallader Calloway Castellan Chaudhry Clegg Coldwell Cotterill Cranwell
    Crowther Dalgliesh Danso Dearden Devlin Dhillon Drabble Dunmore Eastwell Edgecombe
    Elphick Fairweather Farrant Fawley Fenwick Fernsby Fielding Foxcroft Garrick Gillespie
    Goodall Greenhalgh Grewal Hallam Hardcastle Hathersage Hawksworth Hollis Holroyd
    Hussain-Reed Iddon Inchbald Iqbal-Shaw Jardine Jellicoe Jowett Kaminska Kearsley
    Kettlewell Khatri Kingswell Kirkbride Lamptey Langdale Larkin Lattimer Lindqvist
    Lockwood Longbottom Lumley Maddox Malhotra Marchbanks Mensah Merriweather Mistry
    Moorcroft Mukherjee Nettleton Newsome Norbury Nwosu Oakeshott Oduya Okafor Oldroyd
    Ormerod Osei Outram Pargeter Parveen Pemberton Penhaligon Petrov Pickersgill Pinnock
    Prendergast Quilter Radcliffe Rahmani Ramsbottom Ravenscroft Redfern Rosewarne Rothwell
    Sandhu Satterthwaite Sedgwick Shackleton Sidebottom Silverdale Skelton Sowerby Stannard
    Sugden Tattersall Thackeray Thistlewood Threlfall Trelawney Tunstall Uddin-Hart
    Underhill Vantongeren Varley Venkatesan Wadsworth Wainwright Warburton Weatherby
    Westaway Whitaker Winstanley Woodhead Wrigglesworth Yarwood Yeboah Zielinski
""".split()


def people(dice: random.Random) -> Iterator[tuple[str, str]]:
    """First and last names, in an order that the dice decide, never the same pair twice."""
    used: set[tuple[str, str]] = set()
    while True:
        pair = (dice.choice(FIRST), dice.choice(LAST))
        if pair not in used:
            used.add(pair)
            yield pair


def address(first: str, last: str, domain: str) -> str:
    """An email address under a domain reserved for examples."""
    letters = "".join(
        letter for letter in f"{first}.{last}".lower() if letter.isalnum() or letter in ".-"
    )
    return f"{letters}@{domain}"
