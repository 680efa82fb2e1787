// Package accessibility scores how well places are served: what they reach, how
// near it is, and how much of it is left to each person once all who reach it
// share it. It works on a sparse matrix of travel costs and plain slices, and
// knows neither networks nor files.
//
// Places of demand have a weight P (people); places of supply a capacity S
// (jobs, beds, seats). The cost from demand i to supply j is c_ij, in any unit
// as long as cutoffs and decays use the same; f is the decay, a weight 0..1 by
// cost. A pair that the matrix lacks is out of reach: its weight is 0, and so is
// one below 1e-100.
//
//   - cumulative: A_i = Σ_j S_j over c_ij ≤ cutoff.
//   - gravity: A_i = Σ_j S_j·f(c_ij).
//   - nearest: A_i = min_j c_ij.
//   - ratio, of each supply: R_j = S_j / Σ_i P_i·f(c_ij).
//   - 2sfca: A_i = Σ_j R_j·f(c_ij); e2sfca is the same with f by zones.
//   - 3sfca: with g_ij = f(c_ij) / Σ_k f(c_ik), the share of demand that turns to
//     j, R_j = S_j / Σ_i P_i·g_ij·f(c_ij) and A_i = Σ_j R_j·g_ij·f(c_ij).
//   - bfca: with u_ij = f(c_ij) / Σ_k f(c_ik) and v_ij = f(c_ij) / Σ_k f(c_kj),
//     R_j = S_j / Σ_i P_i·u_ij and A_i = Σ_j R_j·v_ij.
//
// Of 2sfca, e2sfca and 3sfca the sum of P_i·A_i is the capacity of all supply
// that some demand reaches: capacity is shared out, none is lost or made. The
// balanced bfca keeps two other sums: the demand shared out among supply is all
// demand that reaches any, and the scores add up to the ratios.
package accessibility
