# Read and write the JSON of a case with base R alone, so that lavaan is all that has to be installed.

read_json <- function(path) {
  text <- paste(readLines(path, warn = FALSE, encoding = "UTF-8"), collapse = "\n")
  pattern <- '"(?:[^"\\\\]|\\\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null|[][{}:,]'
  tokens <- regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]]
  at <- 1L
  take <- function() { token <- tokens[at]; at <<- at + 1L; token }
  value <- function() {
    token <- take()
    if (token == "{") return(members())
    if (token == "[") return(elements())
    scalar(token)
  }
  members <- function() {
    out <- list(); names <- character()
    while (tokens[at] != "}") {
      names <- c(names, scalar(take())); take()
      out[[length(out) + 1L]] <- value()
      if (tokens[at] == ",") take()
    }
    take()
    stats::setNames(out, names)
  }
  elements <- function() {
    out <- vector("list", 16L); n <- 0L
    while (tokens[at] != "]") {
      n <- n + 1L; out[[n]] <- value()
      if (tokens[at] == ",") take()
    }
    take()
    out[seq_len(n)]
  }
  value()
}

# null becomes NA, so that positions in a list keep their meaning.
scalar <- function(token) {
  first <- substr(token, 1, 1)
  if (first == '"') return(unescape(substr(token, 2, nchar(token) - 1)))
  switch(token, true = TRUE, false = FALSE, null = NA_real_, as.numeric(token))
}

unescape <- function(s) {
  for (pair in list(c("\\n", "\n"), c("\\t", "\t"), c('\\"', '"'), c("\\/", "/"), c("\\\\", "\\")))
    s <- gsub(pair[1], pair[2], s, fixed = TRUE)
  s
}

write_json <- function(x, path) writeLines(to_json(x), path, useBytes = TRUE)

to_json <- function(x, pad = "") {
  inner <- paste0(pad, "  ")
  block <- function(open, parts, close)
    if (length(parts)) paste0(open, "\n", inner, paste(parts, collapse = paste0(",\n", inner)), "\n", pad, close)
    else paste0(open, close)
  if (is.null(x)) return("null")
  if (is.list(x) && !is.null(names(x)))
    return(block("{", paste0(quoted(names(x)), ": ", vapply(x, to_json, "", pad = inner)), "}"))
  if (is.list(x)) return(block("[", vapply(x, to_json, "", pad = inner), "]"))
  if (length(x) != 1L) return(paste0("[", paste(vapply(x, to_json, ""), collapse = ", "), "]"))
  if (is.na(x)) return("null")
  if (is.character(x)) return(quoted(x))
  if (is.logical(x)) return(tolower(as.character(x)))
  format(x, digits = 15)
}

quoted <- function(s) {
  for (pair in list(c("\\", "\\\\"), c('"', '\\"'), c("\n", "\\n"), c("\t", "\\t")))
    s <- gsub(pair[1], pair[2], s, fixed = TRUE)
  paste0('"', s, '"')
}
