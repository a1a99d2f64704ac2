"""Writes pendulum.txt: the equations of motion of a pendulum of LINKS links, by SymPy's mechanics.

Link k is a massless rod of length l<k> from the bob before it (the first: from a fixed point) to a bob of
mass m<k>, at the angle q<k> from the vertical, with angular velocity u<k> and acceleration a<k>. Kane's method
gives the mass matrix M and the forcing f; the equations are M a - f = 0, one for each link.

The file: a line of the states q, u and a, by which the bench differentiates; a line of the parameters; then one
equation a line. Needs python3-sympy; run without arguments, writes beside itself.
"""

import pathlib

import sympy
from sympy.physics import mechanics

LINKS = 5


def equations():
    """The equations as expressions of plain symbols, the states, the parameters."""
    q = mechanics.dynamicsymbols(f"q1:{LINKS + 1}")
    u = mechanics.dynamicsymbols(f"u1:{LINKS + 1}")
    length = sympy.symbols(f"l1:{LINKS + 1}")
    mass = sympy.symbols(f"m1:{LINKS + 1}")
    gravity, time = sympy.symbols("g t")

    ground = mechanics.ReferenceFrame("N")
    point = mechanics.Point("O")
    point.set_vel(ground, 0)
    bobs, forces, kinematic = [], [], []
    for k in range(LINKS):
        rod = ground.orientnew(f"B{k}", "Axis", [q[k], ground.z])
        rod.set_ang_vel(ground, u[k] * ground.z)
        bob = point.locatenew(f"P{k}", length[k] * rod.x)
        bob.v2pt_theory(point, ground, rod)
        bobs.append(mechanics.Particle(f"M{k}", bob, mass[k]))
        forces.append((bob, mass[k] * gravity * ground.x))
        kinematic.append(q[k].diff(time) - u[k])
        point = bob

    kane = mechanics.KanesMethod(ground, q_ind=q, u_ind=u, kd_eqs=kinematic)
    kane.kanes_equations(bobs, forces)
    acceleration = sympy.symbols(f"a1:{LINKS + 1}")
    plain = {u[k]: sympy.Symbol(f"u{k + 1}") for k in range(LINKS)}
    plain.update({q[k]: sympy.Symbol(f"q{k + 1}") for k in range(LINKS)})
    motion = (kane.mass_matrix * sympy.Matrix(acceleration) - kane.forcing).subs(plain)
    states = [plain[symbol] for symbol in (*q, *u)] + list(acceleration)
    return list(motion), states, [gravity, *length, *mass]


def main():
    motion, states, parameters = equations()
    lines = [" ".join(map(str, names)) for names in (states, parameters)]
    path = pathlib.Path(__file__).with_name("pendulum.txt")
    path.write_text("\n".join(lines + [str(equation) for equation in motion]) + "\n")


main()
