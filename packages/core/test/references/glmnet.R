# Writes glmnet.json: coefficients and deviance along glmnet's paths, and cv.glmnet's choice with the folds given.
# The last class of a multinomial fit is not the reference: every class has coefficients, as in Sigmax.
#
#     Rscript glmnet.R

suppressMessages(library(glmnet))

number <- function(x) ifelse(is.finite(x), formatC(as.numeric(x), digits = 17, format = "g"), "null")
list_of <- function(x) paste0("[", paste(number(x), collapse = ","), "]")
field <- function(name, value) paste0("\"", name, "\":", value)
object <- function(...) paste0("{", paste(c(...), collapse = ","), "}")

folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
read <- function(name) read.csv(file.path(folder, "../../../sigmax/data", name), check.names = FALSE)
exact <- list(thresh = 1e-14, maxit = 1e7)
fit <- function(...) do.call(glmnet, c(list(...), exact))

# Intercept first, then weights; classes one after the other.
all_coefficients <- function(model, lambda, x, y, ...) {
  found <- coef(model, s = lambda, exact = TRUE, x = x, y = y, ..., thresh = 1e-14, maxit = 1e7)
  if (is.list(found)) unlist(lapply(found, as.numeric)) else as.numeric(found)
}

iris_table <- read("iris.csv")
iris_x <- as.matrix(iris_table[, 1:4])
iris_y <- factor(iris_table[, 5])
iris_fit <- fit(iris_x, iris_y, family = "multinomial")
lambdas <- c(0.2, 0.1, 0.05, 0.01)
at <- fit(iris_x, iris_y, family = "multinomial", lambda = c(iris_fit$lambda[iris_fit$lambda > 0.2], lambdas))
iris_json <- object(
  field("largestLambda", number(iris_fit$lambda[1])),
  field("nullDeviance", number(iris_fit$nulldev)),
  field("lambdas", list_of(lambdas)),
  field("devianceRatios", list_of(tail(at$dev.ratio, 4))),
  field("coefficients", list_of(all_coefficients(iris_fit, 0.05, iris_x, iris_y, family = "multinomial")))
)

cancer <- read("breast-cancer.csv")
cancer_x <- as.matrix(cancer[, 1:30])
cancer_y <- as.integer(cancer[, 31] == "benign")
cancer_case <- function(alpha, lambda) {
  model <- fit(cancer_x, cancer_y, family = "binomial", alpha = alpha)
  object(
    field("alpha", number(alpha)),
    field("lambda", number(lambda)),
    field("largestLambda", number(model$lambda[1])),
    field("coefficients", list_of(all_coefficients(
      model, lambda, cancer_x, cancer_y, family = "binomial", alpha = alpha
    )))
  )
}

# Standardized beforehand, so that glmnet does not do so anew in every fold.
deviation <- apply(cancer_x, 2, function(v) sqrt(mean((v - mean(v))^2)))
standardized <- scale(cancer_x, scale = deviation)
folds <- 1 + (seq_len(nrow(cancer_x)) - 1) %% 7
path <- exp(seq(log(0.2), log(0.0005), length.out = 30))
choice <- do.call(cv.glmnet, c(
  list(standardized, cancer_y, family = "binomial", foldid = folds, lambda = path, standardize = FALSE), exact
))

cat(object(
  field("madeBy", paste0("\"glmnet ", packageVersion("glmnet"), ", ", R.version.string, "\"")),
  field("iris", iris_json),
  field("cancer", paste0("[", paste(
    cancer_case(1, 0.02), cancer_case(0.5, 0.05), cancer_case(0.5, 0.003), sep = ","
  ), "]")),
  field("choice", object(
    field("lambdas", list_of(path)),
    field("logLoss", list_of(choice$cvm / 2)),
    field("standardError", list_of(choice$cvsd / 2)),
    field("minimum", number(choice$lambda.min)),
    field("oneStandardError", number(choice$lambda.1se))
  ))
), "\n", file = file.path(folder, "glmnet.json"), sep = "")
