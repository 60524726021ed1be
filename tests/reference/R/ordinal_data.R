# Data of the ordinal models: recoded and thinned from HS_ord4.csv, and Demo.growth cut into categories. Seeded.
# Usage: Rscript tests/reference/R/ordinal_data.R [FOLDER]

root <- if (length(commandArgs(trailingOnly = TRUE))) commandArgs(trailingOnly = TRUE)[1] else "tests/reference"
write_data <- function(data, name) {
  text <- lapply(data, function(v) ifelse(is.na(v), "NA", if (is.numeric(v)) sprintf("%.17g", v) else v))
  writeLines(c(paste(names(data), collapse = ","), do.call(paste, c(text, sep = ","))), file.path(root, "data", name))
}
RNGversion("4.2.0")
ord4 <- read.csv(file.path(root, "data", "HS_ord4.csv"))
items <- paste0("x", 1:9)

holes <- ord4
set.seed(1404)
for (item in items) holes[[item]][sample(nrow(holes), 24)] <- NA
write_data(holes, "HS_ord4_missing.csv")

weighted <- ord4
set.seed(1405)
weighted$w <- round(0.4 + 1.6 * runif(nrow(ord4)), 3)
write_data(weighted, "HS_ord4_weights.csv")

ord3 <- ord4
ord3[items] <- lapply(ord4[items], function(x) pmin(x, 3))
write_data(ord3, "HS_ord3.csv")

bin2 <- ord4
bin2[items] <- lapply(ord4[items], function(x) as.numeric(x > 2))
write_data(bin2, "HS_ord2.csv")

growth <- read.csv(file.path(root, "data", "Demo.growth.csv"))
growth[paste0("t", 1:4)] <- lapply(growth[paste0("t", 1:4)], function(t) as.numeric(cut(t, c(-Inf, 0, 1.5, 3.5, Inf))))
write_data(growth, "growth_ord4.csv")
