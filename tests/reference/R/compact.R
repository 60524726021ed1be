# JSON with one line for each row of a table or matrix; sources json.R's scalars.

write_compact <- function(x, path) {
  dir.create(dirname(path), showWarnings = FALSE, recursive = TRUE)
  writeLines(to_compact(x), path, useBytes = TRUE)
}

to_compact <- function(x, pad = "") {
  if (!is.list(x)) return(to_json(x))
  keys <- if (is.null(names(x))) "" else paste0(quoted(names(x)), ": ")
  ends <- if (is.null(names(x))) c("[", "]") else c("{", "}")
  flat <- !any(vapply(x, is.list, NA))
  inner <- paste0(pad, " ")
  parts <- paste0(keys, vapply(x, to_compact, "", pad = inner))
  if (!length(x)) return(paste0(ends, collapse = ""))
  if (flat) return(paste0(ends[1], paste(parts, collapse = ", "), ends[2]))
  paste0(ends[1], "\n", inner, paste(parts, collapse = paste0(",\n", inner)), "\n", pad, ends[2])
}

# Matrices by name, values row by row; large ones with fewer digits.
matrix_rows <- function(m, digits = 15) {
  if (is.null(m)) return(NULL)
  m <- unclass(m)
  list(rownames = as.list(rownames(m)), colnames = as.list(colnames(m)),
       values = lapply(seq_len(nrow(m)), function(i) as.list(signif(as.numeric(m[i, ]), digits))))
}

named_rows <- function(x, digits = 15) {
  if (is.null(x)) return(NULL)
  if (is.matrix(x)) return(matrix_rows(x, digits))
  if (is.list(x)) return(lapply(x, named_rows, digits))
  if (is.numeric(x) && !is.null(names(x))) as.list(stats::setNames(signif(as.numeric(x), digits), names(x))) else x
}
