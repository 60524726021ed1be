# Parameter tables as lavaan sets them up, without fitting: reads tables/models.txt, writes tables/expected.tsv.
# Usage: Rscript tests/reference/R/tables.R tests/reference/tables
suppressMessages(library(lavaan))
folder <- commandArgs(TRUE)[1]
set.seed(1)
columns <- c(paste0("x", 1:9), paste0("y", 1:8), paste0("z", 1:4), paste0("t", 1:4), "sex", "age", "x1.z1", "x2.z2")
n <- 200 # synthetic columns; no number of the tables depends on them
data <- as.data.frame(matrix(rnorm(n * length(columns)), n, dimnames = list(NULL, columns)) + rnorm(n))
data$g2 <- rep(c("A", "B"), n / 2)
data$g3 <- rep(c("A", "B", "C", "B"), n / 4)

argument <- function(text) {
  value <- strsplit(sub("^[^=]*=", "", text), ",", fixed = TRUE)[[1]]
  if (all(value %in% c("TRUE", "FALSE"))) as.logical(value) else value
}
lines <- readLines(file.path(folder, "models.txt"))
starts <- grep("^@", lines)
ends <- c(starts[-1] - 1, length(lines))
out <- c(
  paste0("# lavaan ", packageVersion("lavaan"), ", R ", getRversion()),
  paste(c("model", "lhs", "op", "rhs", "group", "free", "value", "exo", "label", "user"), collapse = "\t")
)
for (k in seq_along(starts)) {
  head <- strsplit(sub("^@", "", lines[starts[k]]), " ", fixed = TRUE)[[1]]
  args <- lapply(head[-(1:2)], argument)
  names(args) <- sub("=.*", "", head[-(1:2)])
  model <- paste(lines[(starts[k] + 1):ends[k]], collapse = "\n")
  fit <- suppressWarnings(do.call(head[2], c(list(model = model, data = data, do.fit = FALSE), args)))
  table <- parTable(fit)
  value <- ifelse(table$free == 0 & table$exo == 0 & !is.na(table$ustart), format(table$ustart, digits = 17, trim = TRUE), "")
  group <- match(table$group, unique(table$group[table$op == "~~"]))
  group[table$op %in% c(":=", "==", "<", ">")] <- 0
  rows <- paste(head[1], table$lhs, table$op, table$rhs, group, table$free, value, table$exo, table$label, table$user, sep = "\t")
  names <- paste(head[1], "observed", paste(lavNames(fit, "ov"), collapse = " "), sep = "\t")
  out <- c(out, names, rows)
}
writeLines(out, file.path(folder, "expected.tsv"))
