#ifndef FORMULARY_CLIENT_CLI_HELP_TEXT_H_
#define FORMULARY_CLIENT_CLI_HELP_TEXT_H_

// What --help says below the options. For command_line.cc.

namespace formulary::cli {

inline constexpr char kAppFooter[] = R"(
Examples:
  formulary eval 'exp(-x**2/2)' 'x=linspace(-4,4,9)'
  formulary eval 'sin(x)/x' 'x=linspace(-20,20,400)' --plot
  formulary simplify 'sin(x)**2 + cos(x)**2'
  formulary diff 'x**y' --wrt x,y
  formulary render 'exp(-x**2/2)' --format c
  formulary analyze 'sqrt(x + 1) - sqrt(x)' 'x=[1,1e12]'
  formulary functions erf

The server is --server ADDRESS, else $FORMULARY_SERVER, else localhost:7433; --local
starts one for the single command.
Exit codes: 0 ok; 1 the server or the evaluation failed; 2 wrong usage or wrong input
(a formula with an error in it, a file that cannot be read).)";

inline constexpr char kValueHelp[] = R"(
Values (name=VALUE):
  3, 1e-3, 2*pi/3            a number (always real; True and False are truth values)
  [1,2,3], [[1,2],[3,4]]     a list, nested for more dimensions
  linspace(a,b,n)            n numbers from a to b, both included
  arange(a,b,step)           a, a+step, ... while below b
  @file.npy                  a NumPy file: float64, float32, int64, int32, bool
  @file.csv:column           a column by name, or by number from 1
  @file                      numbers parted by blanks, line ends or commas
  -                          the same, or a .npy file, from standard input
Arrays broadcast by NumPy's rules. Quote what the shell would take for itself.)";

inline constexpr char kEvalExamples[] = R"(
Examples:
  formulary eval 'exp(-x**2/2)' 'x=linspace(-4,4,9)'
  formulary eval 'm*c**2' m=@masses.csv:kg c=299792458 --csv
  formulary eval s='sin(t)' c='cos(t)' 't=linspace(0,2*pi,200)' --plot waves.svg
  seq 1 100 | formulary eval 'sum_ + x/10' x=- sum_=3 --json
  formulary eval 'gamma(x)' x=@big.npy --npy result.npy --mode wait --report)";

inline constexpr char kAnalyzeHelp[] = R"(
Ranges (name=VALUE): from the least to the greatest number of the value, as in x=[0,1],
x=linspace(-4,4,9) or x=3; inf for an open end. Arguments without one take any magnitude.
Points are drawn evenly from the floating numbers in between. Errors are bits:
log2(1 + floating numbers between a result and the correct one); 0 is correctly rounded,
of 53 nothing is left.

Examples:
  formulary analyze 'sqrt(x + 1) - sqrt(x)' 'x=[1,1e12]'
  formulary analyze '(1 - cos(x))/x**2' 'x=[-10,10]' --plot error.png
  formulary analyze '(-b + sqrt(b**2 - 4*a*c))/(2*a)' --improve)";

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_HELP_TEXT_H_
