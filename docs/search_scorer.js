// Puts a page first whose title has the words that are searched for, or begins with an error that is part of them.
var Scorer = {
  score: ([docname, title, anchor, descr, score]) => {
    const asked = (new URLSearchParams(window.location.search).get("q") || "").trim().toLowerCase();
    const words = title.toLowerCase();
    const error = (words.match(/^“(.+?)”/) || [])[1];
    return score + (asked && (words.includes(asked) || (error && asked.includes(error))) ? 100 : 0);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
