# Rotated solutions of lavaan for criteria and models that no stored case holds.
# Usage: Rscript tests/reference/R/rotation.R [FOLDER]     writes expected/rotation.json
#
# Standard errors are kept with std.ov = FALSE only: the bordered information of lavaan 0.6-14 takes the standardization
# of the loadings for known.

arguments <- commandArgs(trailingOnly = TRUE)
root <- if (length(arguments)) arguments[1] else "tests/reference"
for (file in c("json", "results")) source(file.path(root, "R", paste0(file, ".R")))
suppressWarnings(suppressMessages(library(lavaan)))

data <- read_data("data/HolzingerSwineford1939.csv", root)
block <- function(name, factors, items)
  paste0('efa("', name, '")*', factors, " =~ ", paste(items, collapse = " + "), collapse = "\n")
X <- paste0("x", 1:9)
THREE <- block("e", c("f1", "f2", "f3"), X)
TWO <- block("e", c("f1", "f2"), X[1:6])
GOAL <- matrix(0, 9, 3); GOAL[1:3, 1] <- GOAL[4:6, 2] <- GOAL[7:9, 3] <- NA
OUTCOME <- "y =~ x7 + x8 + x9\ny ~ a*f1 + b*f2\nab := a*b"

CASES <- list(
  list(id = "varimax", rotation = "varimax"), list(id = "quartimin", rotation = "quartimin"),
  list(id = "oblimin_gamma", rotation = "oblimin", args = list(oblimin.gamma = -0.5)),
  list(id = "geomin_epsilon", rotation = "geomin", args = list(geomin.epsilon = 0.01)),
  list(id = "geomin_orthogonal", rotation = "geomin", args = list(orthogonal = TRUE, geomin.epsilon = 0.01)),
  list(id = "cf_varimax", rotation = "cf-varimax"), list(id = "cf_equamax", rotation = "cf-equamax"),
  list(id = "cf_parsimax", rotation = "cf-parsimax"), list(id = "cf_facparsim", rotation = "cf-facparsim"),
  list(id = "infomax", rotation = "infomax"), list(id = "entropy", rotation = "entropy"),
  list(id = "bigeomin", rotation = "bigeomin", args = list(geomin.epsilon = 0.01)),
  list(id = "pst", rotation = "pst", args = list(target = ifelse(is.na(GOAL), 0, GOAL), target.mask = 1 * !is.na(GOAL))),
  list(id = "kaiser", rotation = "quartimin", args = list(row.weights = "kaiser")),
  list(id = "raw_quartimin", rotation = "quartimin", args = list(std.ov = FALSE)),
  list(id = "raw_varimax", rotation = "varimax", args = list(std.ov = FALSE, row.weights = "none")),
  list(id = "by_size", rotation = "quartimin", args = list(order.lv.by = "sumofsquares")),
  list(id = "items_shuffled", rotation = "quartimin", model = block("e", c("f1", "f2", "f3"), X[c(8, 7, 4, 1, 2, 9, 5, 6, 3)])),
  list(id = "covariates", rotation = "quartimin", model = paste0(TWO, "\nf1 + f2 ~ ageyr + grade"),
       args = list(std.ov = FALSE)),
  list(id = "outcome", rotation = "quartimin", model = paste0(TWO, "\n", OUTCOME), args = list(std.ov = FALSE)),
  list(id = "other_factor", rotation = "oblimin", model = paste0(TWO, "\ny =~ x7 + x8 + x9")),
  list(id = "groups", rotation = "oblimin", model = TWO, fit = list(group = "school")),
  list(id = "robust", rotation = "quartimin", model = TWO, args = list(std.ov = FALSE),
       fit = list(estimator = "MLR")))

solve_rotation <- function(case) {
  args <- c(case$args, list(gpa.tol = if (grepl("geomin|infomax|entropy|pst", case$rotation)) 1e-5 else 1e-6, rstarts = 5L))
  call <- c(list(model = if (is.null(case$model)) THREE else case$model, data = data, rotation = case$rotation,
                 rotation.args = args), case$fit)
  set.seed(1)
  fit <- suppressWarnings(do.call("cfa", call))
  table <- parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE)
  keep <- intersect(c("lhs", "op", "rhs", "group", "efa", "est", "se", "std.all"), names(table))
  parameters <- table[, if (isFALSE(case$args$std.ov)) keep else setdiff(keep, "se")]
  if (is.null(parameters$group)) parameters$group <- 1
  parameters[] <- lapply(parameters, function(x) if (is.numeric(x)) signif(x, 9) else x)
  plain <- lapply(case$args, function(a) if (is.matrix(a)) lapply(seq_len(nrow(a)), function(i) as.list(a[i, ])) else a)
  cat(case$id, "\n")
  list(id = case$id, model = call$model, rotation = case$rotation, rotation_args = plain, fit = case$fit,
       parameters = rows(parameters))
}

found <- lapply(CASES, solve_rotation)
engine <- list(lavaan = as.character(packageVersion("lavaan")), R = as.character(getRversion()))
write_json(list(engine = engine, cases = found), file.path(root, "expected", "rotation.json"))
