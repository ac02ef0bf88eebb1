/**
 * Words of titles and genres that say nothing about a movie: English function words, and the articles and prepositions of the
 * languages that titles come in. Made for titles: the lists that search engines use hold "fire", "system" and "bill", too, and
 * would lose "St. Elmo's Fire". "die" (German article, English verb) and "son" (French pronoun, English noun) are kept.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all am an and any are aren as at be because been before being below between both but by
  can cannot could did do does doing don down during each few for from further had has have having he her here hers herself him
  himself his how i if in into is isn it its itself just ll let me more most my myself no nor not now of off on once only or other
  our ours ourselves out over own re same she should so some such than that the their theirs them themselves then there these they
  this those through to too under until up us ve very was we were what when where which while who whom whose why will with would
  you your yours yourself
  aka vs part vol ii iii iv vi vii viii ix xi
  de der das dem den des du een ein eine el en et gli het il im la las le les lo los ne nel pas pour sur un una une uno und von y zu`
    .split(/\s+/)
    .filter(word => word !== '')
)
