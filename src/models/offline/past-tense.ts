const irregular = new Map(
  `ate eat,began begin,bought buy,broke break,brought bring,built build,came come,caught catch,chose choose,cut cut,
  did do,drank drink,drew draw,drove drive,fell fall,felt feel,fought fight,found find,gave give,got get,grew grow,
  had have,held hold,kept keep,knew know,learnt learn,led lead,left leave,lost lose,made make,met meet,paid pay,put put,
  quit quit,ran run,read read,rode ride,rose rise,said say,sang sing,sat sit,saw see,sent send,set set,slept sleep,
  sold sell,spent spend,spoke speak,stood stand,swam swim,taught teach,thought think,threw throw,told tell,took take,
  understood understand,went go,woke wake,won win,wore wear,wrote write,written write,spoken speak,eaten eat,done do,
  been be,taken take,gone go`
    .split(',')
    .map((pair) => pair.trim().split(' '))
    .map(([past = '', present = '']) => [past, present] as const),
);

// What these say is a state or a wish, not a deed.
const notDeeds = new Set(
  `felt knew thought been wanted needed liked hoped wished planned loved hated used tired scared worried stressed
  bored excited overwhelmed frustrated exhausted depressed ashamed embarrassed annoyed disappointed confused relieved
  motivated burned drained isolated supposed interested indeed need feed speed bleed seed weed naked gifted married
  missed skipped failed forgot slipped relapsed seemed allowed blocked trapped pissed`.split(/\s+/),
);

/** The present of an irregular past; undefined for every other word. */
export const presentOf = (word: string) => irregular.get(word);

/** Whether a word, in lower case, is the past of something one does. */
export const isDeed = (word: string) => !notDeeds.has(word) && (irregular.has(word) || /^[a-z]{2,20}ed$/.test(word));
