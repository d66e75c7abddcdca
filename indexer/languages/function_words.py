"""The function words of seven languages, by which a text shows its language before any statistics are asked.

English, Spanish and French use the stop words of the analyzers. Portuguese, Italian, Catalan and German
stand beside them so that their texts are recognised as none of the three.
"""

from indexer.analysis.stop_words import STOP_WORDS

VOTING_LANGUAGES = ("en", "es", "fr", "pt", "it", "ca", "de")
"""The languages that can be told apart, in the order of their lanes in ``VOTES``."""

_PORTUGUESE = """
o a os as um uma uns umas ao aos à às do da dos das no na nos nas num numa dum duma pelo pela pelos pelas
deste desta destes destas neste nesta nestes nestas desse dessa nesse nessa dele dela deles delas nele nela
de em por para com sem sob sobre entre até desde após durante contra perante segundo conforme
eu tu ele ela eles elas nós você vocês me te se lhe lhes meu minha seu sua seus suas nosso nossa nossos nossas
este esta estes estas isto esse essa esses essas isso aquele aquela aqueles aquelas aquilo
que quem qual quais cujo cuja onde quando como quanto porque
e ou mas nem se não também já ainda mais menos muito muita muitos muitas mesmo mesma todo toda todos todas
outro outra outros outras cada algum alguma alguns algumas nenhum nenhuma só assim então pois é são era
eram foi foram ser sendo sido será serão seria fosse está estão estava estavam esteve estar há havia houve
haver tem têm tinha tinham teve tiveram ter pode podem deve devem foram seja sejam
"""

_ITALIAN = """
il lo la i gli le un uno una del dello della dei degli delle al allo alla ai agli alle dal dallo dalla dai
dagli dalle nel nello nella nei negli nelle sul sullo sulla sui sugli sulle l d dell all dall nell sull un
c di a da in con su per tra fra verso contro durante dopo prima senza secondo presso fino io tu lui lei
noi voi loro mi ti ci vi si ne lo li me te se suo sua suoi sue nostro nostra mio mia questo questa questi
queste quello quella quelli quelle quei ciò che chi cui quale quali dove quando come quanto perché e ed o
ma né se non anche già ancora più meno molto molti tutto tutta tutti tutte altro altra altri altre ogni
alcuni alcune così quindi poi mentre è sono era erano fu furono essere essendo stato stata stati state
sarà saranno sarebbe sia siano ha hanno aveva avevano avere abbia ho può possono deve devono viene vengono
"""

_CATALAN = """
el la els les lo un una uns unes en na l d s al als del dels pel pels
de a amb per en sense sobre entre fins des durant contra segons cap vers sota
jo tu ell ella ells elles nosaltres vostè em et es ens us li hi ho ne m t n seu seva seus seves meu meva
nostre nostra nostres aquest aquesta aquests aquestes això aquell aquella aquells aquelles que què qui
qual quals on quan com quant perquè i o però ni si no també ja encara més menys molt molta molts moltes
mateix mateixa tot tota tots totes altre altra altres cada algun alguna alguns algunes cap només així
doncs és són era eren fou foren ser sent estat serà seran seria sigui siguin està estan estava estaven ha
han havia havien haver hagi va van vaig pot poden deu
"""

_GERMAN = """
der die das den dem des ein eine einen einem einer eines kein keine keinen
und oder aber denn sondern doch wenn weil dass daß ob als wie während damit obwohl
in im an am auf aus bei beim mit nach von vom vor zu zum zur über unter zwischen durch für gegen ohne um
bis seit wegen ich du er sie es wir ihr mich mir dich dir ihn ihm uns euch ihnen sich sein seine seinen
seiner ihre ihren ihrer unser unsere dieser diese dieses diesen diesem jener jede jeder jedes alle allen
aller wer was wo wann warum welche welcher nicht auch noch schon nur sehr mehr so dann hier dort da ist
sind war waren bin bist sei wird werden wurde wurden worden hat haben hatte hatten habe kann können konnte
muss müssen soll sollen will wollen darf
"""

_LISTS = (
    STOP_WORDS["en"],
    STOP_WORDS["es"],
    STOP_WORDS["fr"],
    frozenset(_PORTUGUESE.split()),
    frozenset(_ITALIAN.split()),
    frozenset(_CATALAN.split()),
    frozenset(_GERMAN.split()),
)

LANE_BITS = 16
"""How many bits of a vote belong to one lane; a text of fewer distinct words cannot overflow it."""


def _pack() -> dict[str, int]:
    count = len(VOTING_LANGUAGES)
    votes: dict[str, int] = {}
    for word in frozenset().union(*_LISTS):
        lanes = [lane for lane, words in enumerate(_LISTS) if word in words]
        vote = sum(1 << LANE_BITS * (count + lane) for lane in lanes)
        if len(lanes) == 1:
            vote |= 1 << LANE_BITS * lanes[0]
        votes[word] = vote
    return votes


VOTES = _pack()
"""Each function word's vote, to be added up over the words of a text.

The seven low lanes count the words that belong to one language alone, the seven high lanes all words of a
language.
"""
