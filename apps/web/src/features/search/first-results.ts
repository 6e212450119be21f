/** How many results a search begins with. The panel and the part beside it ask for as many, and so watch one search. */
export const FIRST_RESULTS = 30
