package instance

// Known is a proven optimum of one instance.
type Known struct {
	File   string // in the folder of the test data
	Radius float64
	Number int   // 0 for any
	Budget int64 // 0 for none
	Target int64 // least demand to cover; 0 for all that can be, or none
	Value  int64
}

// Planes are optima of files that Plane reads: the most demand covered.
//
// Source: proven twice, by CBC 2.10.8 and by a search of its own.
func Planes() []Known {
	return []Known{
		{File: "solver/mclp-plane/n500s1.dat", Radius: 3.5, Number: 15, Value: 20_889},
		{File: "solver/mclp-plane/n1000s1.dat", Radius: 3.5, Number: 15, Value: 40_813},
		{File: "solver/mclp-plane/n1000s1.dat", Radius: 3.5, Number: 20, Value: 48_704},
		{File: "solver/mclp-plane/n1000s2.dat", Radius: 4, Number: 15, Value: 48_148},
	}
}

const gridFile = "solver/budget-grid/GRID_INST_n100_m1000_d1_100_f10_100_s1.dat"

// GridBudgets are optima of the file that BudgetGrid reads: the most demand
// covered within a budget.
//
// Source: proven by CBC 2.10.8 and GLPK 5.0.
func GridBudgets() []Known {
	return []Known{
		{File: gridFile, Radius: 3.25, Budget: 260, Value: 23_497},
		{File: gridFile, Radius: 3.25, Budget: 521, Value: 34_076},
		{File: gridFile, Radius: 3.25, Budget: 782, Value: 39_092},
		{File: gridFile, Radius: 3.25, Budget: 1043, Value: 42_519},
		{File: gridFile, Radius: 5.5, Budget: 260, Value: 44_688},
		{File: gridFile, Radius: 5.5, Budget: 521, Value: 49_768},
		{File: gridFile, Radius: 5.5, Budget: 782, Value: 49_916},
		{File: gridFile, Radius: 5.5, Budget: 1043, Value: 49_916},
	}
}

// GridTargets are optima of the same file: the least cost to cover a demand, and
// to cover all that can be.
//
// Source: proven by CBC 2.10.8 and GLPK 5.0.
func GridTargets() []Known {
	return []Known{
		{File: gridFile, Radius: 3.25, Target: 24_958, Value: 289},
		{File: gridFile, Radius: 3.25, Target: 29_950, Value: 408},
		{File: gridFile, Radius: 3.25, Target: 34_942, Value: 550},
		{File: gridFile, Radius: 3.25, Value: 2222},
		{File: gridFile, Radius: 5.5, Target: 24_958, Value: 73},
		{File: gridFile, Radius: 5.5, Target: 29_950, Value: 90},
		{File: gridFile, Radius: 5.5, Target: 34_942, Value: 125},
		{File: gridFile, Radius: 5.5, Value: 631},
	}
}

// Medians are optima of a file that TSPLIB reads: the least travel.
//
// Source: Duran-Mateluna, Ales and Elloumi (2023), EJOR 308, table 2.
func Medians() []Known {
	const file = "solver/tsplib/rl1304.tsp"
	return []Known{
		{File: file, Number: 5, Value: 3_099_073},
		{File: file, Number: 50, Value: 795_012},
		{File: file, Number: 200, Value: 268_573},
		{File: file, Number: 400, Value: 128_332},
	}
}
