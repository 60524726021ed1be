# Item analysis by psych on seeded answers with gaps: a case of the own corpus.
# Rscript tests/reference/R/item_analysis.R   (from the root of the project)
source("tests/reference/R/json.R")
out <- "tests/reference/kinds/own"
set.seed(45)
n <- 90
f <- rnorm(n); x <- sapply(c(.9, -.8, .7, .6, .8), function(l) pmin(6, pmax(1, round(3.4 + l * f + rnorm(n, 0, .9)))))
x[cbind(sample(n, 8), rep(1:4, 2))] <- NA
write.csv(setNames(as.data.frame(x), paste0("q", 1:5)), file.path(out, "data/items_simulated.csv"), row.names = FALSE)
d <- read.csv(file.path(out, "data/items_simulated.csv"))
a <- suppressWarnings(psych::alpha(d, check.keys = TRUE)); t <- a$total; k <- ncol(d)
keys <- colnames(d); turned <- grepl("-$", rownames(a$item.stats)); keys[turned] <- paste0("-", keys[turned])
limits <- 1 - (1 - t$raw_alpha) * qf(c(.975, .025), n - 1, (n - 1) * (k - 1))
rows <- function(x) lapply(seq_len(nrow(x)), function(i) c(list(item = rownames(x)[i]), as.list(x[i, ])))
writeLines(to_json(list(id = "rel90_gaps", schema = "mlbc-golden/2", kind = "alpha",
  title = "Item analysis with gaps and a reversed item, psych", data = list(file = "data/items_simulated.csv", na = "NA", n = n),
  call = list("alpha(X, check.keys = TRUE)"), tolerance_class = "tight", origin = "computed",
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), psych = as.character(packageVersion("psych"))),
  expected = list(n = n, raw_alpha = t$raw_alpha, std_alpha = t$std.alpha, guttman6 = t$`G6(smc)`, average_r = t$average_r,
    signal_noise = t$`S/N`, ase = t$ase, median_r = t$median_r, scale_mean = t$mean, scale_sd = t$sd,
    feldt_ci = list(lower = limits[1], upper = limits[2]),
    duhachek_ci = list(lower = t$raw_alpha - qnorm(.975) * t$ase, upper = t$raw_alpha + qnorm(.975) * t$ase),
    keys = as.list(keys), if_dropped = rows(a$alpha.drop), items = rows(a$item.stats)))),
  file.path(out, "cases/rel90_gaps.json"))
