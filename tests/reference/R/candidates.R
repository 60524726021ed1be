# Which parameters lavaan's modindices() lists: reads tables/candidate_models.txt, writes tables/candidates.tsv.
# Usage: Rscript tests/reference/R/candidates.R tests/reference/tables
suppressMessages(library(lavaan))
folder <- commandArgs(TRUE)[1]
set.seed(1)
columns <- c(paste0("x", 1:9), paste0("y", 1:8), paste0("z", 1:4), paste0("t", 1:4), "sex", "age")
n <- 300 # synthetic columns; only the list of parameters is kept, no value
values <- matrix(rnorm(n * length(columns)), n, dimnames = list(NULL, columns)) + rnorm(n)
data <- as.data.frame(values + outer(rnorm(n), rep(c(1, 0.5, -0.4), length.out = length(columns))))
data$g2 <- rep(c("A", "B"), n / 2)

argument <- function(text) {
  value <- strsplit(sub("^[^=]*=", "", text), ",", fixed = TRUE)[[1]]
  if (all(value %in% c("TRUE", "FALSE"))) as.logical(value) else value
}
lines <- readLines(file.path(folder, "candidate_models.txt"))
starts <- grep("^@", lines)
ends <- c(starts[-1] - 1, length(lines))
out <- c(paste0("# lavaan ", packageVersion("lavaan"), ", R ", getRversion()), "model\tcandidates")
for (k in seq_along(starts)) {
  head <- strsplit(sub("^@", "", lines[starts[k]]), " ", fixed = TRUE)[[1]]
  args <- lapply(head[-(1:2)], argument)
  names(args) <- sub("=.*", "", head[-(1:2)])
  model <- paste(lines[(starts[k] + 1):ends[k]], collapse = "\n")
  fit <- suppressWarnings(do.call(head[2], c(list(model = model, data = data), args)))
  indices <- suppressWarnings(modindices(fit, na.remove = FALSE))
  group <- if (is.null(indices$group)) rep(1, nrow(indices)) else indices$group
  names <- if (nrow(indices)) paste0(indices$lhs, indices$op, indices$rhs, "/", group) else character()
  out <- c(out, paste0(head[1], "\t", paste(names, collapse = " ")))
}
writeLines(out, file.path(folder, "candidates.tsv"))
