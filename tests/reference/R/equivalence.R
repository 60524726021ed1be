# Welch's test and two one-sided tests of equivalence by stats::t.test.
# Rscript tests/reference/R/equivalence.R, from the root of the project.
source("tests/reference/R/json.R")
set.seed(7)
early <- round(rnorm(40, 4, 1), 2); late <- round(rnorm(37, 4.2, 1.3), 2)
margin <- .5
s <- sqrt(((length(early) - 1) * var(early) + (length(late) - 1) * var(late)) / (length(early) + length(late) - 2))
m <- margin * s
both <- t.test(late, early)
upper <- t.test(late, early, mu = m, alternative = "less")
lower <- t.test(late, early, mu = -m, alternative = "greater")
write_json(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = ".")),
  early = early, late = late, margin = margin,
  difference = unname(both$estimate[1] - both$estimate[2]), d = (mean(late) - mean(early)) / s,
  pvalue = both$p.value, p_equivalent = max(upper$p.value, lower$p.value),
  lower = t.test(late, early, conf.level = .9)$conf.int[1], upper = t.test(late, early, conf.level = .9)$conf.int[2]),
  "tests/reference/expected/equivalence.json")
