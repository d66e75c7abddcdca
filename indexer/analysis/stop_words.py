"""Stop words: what carries grammar rather than content, in English, Spanish and French.

Articles, pronouns, prepositions, conjunctions, negations, and the forms of auxiliary and modal verbs; no
word of content. Left out on purpose, since news writes of them: English *mine*, Spanish *estado(s)* (the
State), French *or*, *avions*, *sommes*. French *été* is dropped: beside "a été" the summer is rare, and
where it is meant an elided article mostly says so (l'été, d'été), which ``NOUNS_AFTER_ARTICLE`` keeps.
"""

from indexer.analysis.accents import fold

_ENGLISH = """
a an the this that these those such
i me my myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
hers herself it its itself they them their theirs themselves one's who whom whose which what whoever
whatever
each every either neither both all any some no none other others another few more most much many
and or but nor so yet if then than because as while whereas though although unless until till since
whether
of in on at by for from to into onto upon with within without about against between among amongst
through throughout during before after above below under over up down out off per via toward towards
around across along
not only also too very there here when where why how again ever just own
am is are was were be been being has have had having do does did doing
will would shall should can cannot could may might must ought
s t eg ie
"""

_SPANISH = """
el la lo los las un una unos unas al del
yo mí me mi mis conmigo tú tu tus te ti contigo él ella ello ellos ellas le les se sí su sus consigo
suyo suya suyos suyas mío mía míos mías tuyo tuya tuyos tuyas nos nosotros nosotras nuestro nuestra
nuestros nuestras os vosotros vosotras vuestro vuestra vuestros vuestras usted ustedes
este esta estos estas esto ese esa esos esas eso aquel aquella aquellos aquellas aquello éste ésta éstos
éstas ése ésa ésos ésas aquél aquélla aquéllos aquéllas
que qué quien quién quienes quiénes cual cuál cuales cuáles cuyo cuya cuyos cuyas donde dónde adonde
adónde cuando cuándo como cómo cuanto cuánto cuanta cuánta cuantos cuántos cuantas cuántas
a ante bajo con contra de desde durante en entre hacia hasta mediante para por según sin sobre tras
y e o u ni pero sino mas aunque porque pues si así tan tanto tanta tantos tantas tal tales también
tampoco ya aún aun
no más menos muy todo toda todos todas otro otra otros otras mismo misma mismos mismas cada algo alguien
algún alguno alguna algunos algunas nada nadie ningún ninguno ninguna cualquier cualquiera ambos ambas
ser soy eres es somos sois son era eras éramos eran fui fuiste fue fuimos fueron seré serás será seremos
serán sería serías seríamos serían sea seas seamos sean fuera fueras fuéramos fueran fuese fuesen siendo
sido
estar estoy estás está estamos están estaba estabas estábamos estaban estuve estuvo estuvimos estuvieron
estaré estará estaremos estarán estaría estarían esté estés estemos estén estuviera estuvieran estuviese
estuviesen estando
haber he has ha hemos han había habías habíamos habían hube hubo hubieron habré habrá habremos habrán
habría habrían haya hayas hayamos hayan hubiera hubieran hubiese hubiesen habiendo habido hay
puede pueden podrá podrán podría podrían pueda puedan debe deben deberá deberán debería deberían
"""

_FRENCH = """
le la les l un une des de du d au aux
je j me m moi tu te t toi il ils elle elles on se s soi lui leur leurs eux nous vous y en
mon ma mes ton ta tes son sa ses notre nos votre vos
ce c cet cette ces ceci cela ça celui celle ceux celles ci là
qui que qu quoi dont où quel quelle quels quelles lequel laquelle lesquels lesquelles auquel duquel
desquels desquelles auxquels auxquelles quiconque quelqu'un
à après avant avec chez contre dans depuis derrière dès devant durant entre envers hors jusque jusqu par
parmi pendant pour sans sauf selon sous sur vers via voici voilà
et ou ni mais car donc lorsque lorsqu puisque puisqu quoique quoiqu quand comme si comment pourquoi
ainsi alors afin
ne n pas plus moins très trop aussi encore déjà tout toute tous toutes même mêmes autre autres chaque
quelque quelques plusieurs aucun aucune certains certaines tel telle tels telles aujourd'hui
être suis es est êtes sont étais était étions étiez étaient fus fut fûmes furent serai seras sera serons
serez seront serais serait serions seraient sois soit soyons soyez soient fût fussent étant été
avoir ai as a avons avez ont avais avait avaient eus eut eûmes eurent aurai auras aura aurons aurez
auront aurais aurait aurions auraient aie aies ait ayons ayez aient eût ayant eu
peut peuvent pourra pourront pourrait pourraient puisse puissent doit doivent devra devront devrait
devraient
"""


def _words(text: str) -> frozenset[str]:
    written = text.replace("'", "").replace(".", "")
    # Capital headlines drop accents: MAS, DEJA.
    return frozenset([*written.split(), *fold(written).split()])


STOP_WORDS: dict[str, frozenset[str]] = {
    "en": _words(_ENGLISH),
    "es": _words(_SPANISH),
    "fr": _words(_FRENCH),
    "und": frozenset(),
}
"""The stop words of each language, lower case, with and without their accents."""

CONTENT_AS_WRITTEN: dict[str, frozenset[str]] = {
    "en": frozenset({"US", "WHO", "IT", "May", "MAY"}),
    "es": frozenset({"Haya"}),
    "fr": frozenset(),
    "und": frozenset(),
}
"""Spellings that are no stop word although their lower-case form is: acronyms, a month, a city."""

NOUNS_AFTER_ARTICLE = frozenset({"été", "est"})
"""French stop words that are nouns after an elided article: the summer, the east."""

DOTTED_FUNCTION_WORDS = frozenset({"eg", "ie"})
"""What is written like an acronym and is still none."""
