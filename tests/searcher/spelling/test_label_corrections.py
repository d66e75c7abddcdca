"""Misspelt words of labels, acronyms in small letters, and compounds that nothing matches."""

import pytest
from rules import Archives, Rule, rules

RULES = """
A slip in a word of a label is corrected
  en work: The work at the quay begins at dawn
  en school: A school for the children of the crew
  en border: They were stopped at the border post
  en slave: The slave who fled told of his work
  en worker: One worker and four workers went home
  en nations: The United Nations sent a ferry
  en opinion: A public lake
  ? trabajo / trabaoj / traajo / rabajo / grabajo / rtabajo / xtrabajo -> slave, work
  ? escuela / escueela / écoel -> school ...
  ? frontera / frontxra / frontières / fronttières -> border ...
  ? trabajadores / trabajadroes / travailleuses / travaillleuses -> worker ...
An acronym in small letters that no text has as a word is expanded
  ? onu -> nations; unmatched =; expands has onu: ONU
  ? ONU -> nations; unmatched =; expands lacks : ONU
A function word alone offers its acronym
  ? un -> nothing; note = “un” is read as a word: type UN for the acronym
  ? un {strict=True} -> error type UN for the acronym
  ? who -> nothing; note = “who” is read as a word: type WHO for the acronym
  ? who {strict=True} -> error type WHO for the acronym
  ? un ferry / who ferry -> ; notes =
  ? us -> ; notes has acronym_offered
  ? tell us more -> ; notes lacks acronym_offered
Words of a compound that nothing matches are expanded
  ? trabajo esclavo -> slave ...; total = 2; unmatched =
A compound that matches is not divided
  en work: The work at the quay begins at dawn
  en slave: The slave who fled told of his work
  en labour: In slave-like conditions
  ? trabajo esclavo -> labour
A compound is not divided for a missing word
  en work: The work at the quay begins at dawn
  en school: A school for the children of the crew
  es port: El trabajo en el puerto
  ? trabajo infantil -> port; unmatched = infantil
An acronym that texts have as a word is offered, and the word searched as typed
  en nations: The United Nations sent a ferry
  en ngo: The ngo is a river
  ? ngo -> ngo; note = “ngo” is read as a word: type NGO for the acronym
A swap of letters outweighs a frequent word
  en league: The league of ports met
  en legal x9: Legal advice {n} for the crew
  ? legaue -> league ...
The more frequent of two corrections at one distance is first
  en rare: The largoes of the opera
  en common x20: The cargoes {n} arrived
  ? argoes -> ; suggestion = cargoes
A correction that occurs with the other words is first, however rare
  en scourge: The scourge of piracy
  en source x20: A source {n} of the river
  ? sourge -> ; suggestion = source
  ? piracy sourge -> ; expands has sourge: scourge
An inner word of a label is known, though no text has it
  en 0: The coasts were cut off
  en 1: La costura
  en 2: Consultative talks
  en 3: Parents
  ? costera / consultiva / parental -> ; suggestion =
A word that finds items alone is not missing, whatever the language of the question
  en rated: The agency has rated the port
  ? rating -> rated ...
  ? agencia de rating / rating agencia -> ; unmatched lacks rating
"""


@pytest.mark.parametrize("rule", rules(RULES))
def test_a_rule_of_corrections_holds(archives: Archives, rule: Rule) -> None:
    """Each question of a rule has its answer, which is not relaxed."""
    archives.check(rule)
