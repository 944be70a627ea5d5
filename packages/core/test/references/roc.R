# Writes roc.json: areas under ROC curves and their comparison by pROC, on its 113 patients with aneurysmal subarachnoid
# hemorrhage (Turck et al., Intensive Care Medicine 36, 2010).
#
#     Rscript roc.R

suppressMessages(library(pROC))

number <- function(x) formatC(as.numeric(x), digits = 17, format = "g")
list_of <- function(x) paste0("[", paste(number(x), collapse = ","), "]")
field <- function(name, value) paste0("\"", name, "\":", value)
object <- function(...) paste0("{", paste(c(...), collapse = ","), "}")

folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
data(aSAH)
markers <- list(s100b = aSAH$s100b, ndka = aSAH$ndka, wfns = as.integer(aSAH$wfns))
curves <- lapply(markers, function(marker) roc(aSAH$outcome, marker, levels = c("Good", "Poor"), direction = "<"))
compared <- function(a, b) {
  test <- roc.test(curves[[a]], curves[[b]], method = "delong", paired = TRUE)
  object(
    field("first", paste0("\"", a, "\"")),
    field("second", paste0("\"", b, "\"")),
    field("p", number(test$p.value)),
    field("interval", list_of(test$conf.int))
  )
}

cat(object(
  field("madeBy", paste0("\"pROC ", packageVersion("pROC"), ", ", R.version.string, "\"")),
  field("isEvent", list_of(aSAH$outcome == "Poor")),
  field("markers", object(sapply(names(markers), function(name) field(name, object(
    field("values", list_of(markers[[name]])),
    field("area", number(auc(curves[[name]]))),
    field("variance", number(var(curves[[name]]))),
    field("interval", list_of(ci(curves[[name]])[c(1, 3)]))
  ))))),
  field("tests", paste0("[", compared("s100b", "ndka"), ",", compared("s100b", "wfns"), "]"))
), "\n", file = file.path(folder, "roc.json"), sep = "")
