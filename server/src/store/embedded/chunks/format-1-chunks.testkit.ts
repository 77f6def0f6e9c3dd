/** Chunks as format 1 wrote them: 40 samples at 30 s, every seventh 13 ms late, and what each value is. */
export const FORMAT_1_TIMES = Float64Array.from(
  { length: 40 },
  (_, i) => 1_700_000_000_000 + i * 30_000 + (i % 7 === 0 ? 13 : 0),
)

export const FORMAT_1_CHUNKS: readonly { readonly value: (i: number) => number; readonly base64: string }[] = [
  {
    value: (i) => 2 ** 40 + i * i * 977,
    base64:
      'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAAAAAAAAAABwQgAAog8MAED0RE/0RE/0RE/0RE/0RE/0RE/0RE/0RE/0RE/0RE/0RE/0DERP9ERP9ERP9ERP9ERP9ERP9ERP9EQPrUaIzA==',
  },
  {
    value: (i) => (i % 11) / 1000 + 3,
    base64: 'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAAMAAAAAAHCnQAABEwS7u7u7u7C7u7u7C7sEu7u7u7C7uwsEacIT',
  },
  {
    value: (i) => (i === 5 ? Number.NaN : i === 9 ? -0 : i * 8),
    base64:
      'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAAAAAAAAAAAAAAIFAAAAAAAA+H8EAAAAAAAAAIAAEAYAAAAP+AAP+AAAAAAAAAAAAAAAjeen6A==',
  },
  {
    value: Math.sqrt,
    base64:
      'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAQCG8D9wzTt/Zp6gBnBndyeO5BYNgKpMWOh6tvt/cKj0l5t34wFwhtWej/l7AnDE2du98bIGcCfDrc/higNwzTt/Zp6gDnBTW9o6WEwBcGc0J6kqxANwniOlewg+AXBZFTmsUW4HcLpmCVXBNgFwk3EnoDQVA3DaTk+x3vseYAftr2YPfmDegXCqeYZwICG7+PWXAWBRufOv9IxwLeqCIvm3A2AiSEHgcpZwsVIjLBLsAWA4JX5hYLZwLiEJFI6YB2D2LxJfZWVgdhZQcbmtcGrBkIej4gFgGSF6DRegYHx8nnbFYnBMZF7Xya0DYA76F2P65WA96x3H8FpwUnPRrIuoAWCPYSDc9fhwLcKT0RCqD2A53GOzv1RgYNqUl+P8YNPVreW8UnIRDZk=',
  },
  {
    value: () => 1,
    base64: 'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAAAAAAAAAADwPwAQAFo/icA=',
  },
  {
    value: (i) => (i % 2) * 2 ** 45 + i,
    base64:
      'ASiN0JX/vDEBxtQDBaC11poGrbXWNGittaZBawWtNQ1aa61p0FoDAAAAAAAAAAAAAAADBC7//////x8AAAAAABAAAAAAAAoAAAAAAAMAAAAAIAEAAAAAUAAAAAAAGgAAAAAABwAAAAAgAgAAAACQAAAAAAAqAAAAAAALAAAAACADAAAAANAAAAAAADoAAAAAAA8AAAAAIAQAAAAAEAEAAAAASgAAAAAAEwAAAAAgBQAAAABQAQAAAABaAAAAAAAuFwAAAAAgBgAAAACQAQAAAABqAAAAAAAbAAAAACAHAAAAANABAAAAAHoAAAAAAB8AAAAAIAgAAAAAEAIAAAAAigAAAAAAIwAAAAAgCQAAAABQAgAAAAACTpL+pw==',
  },
]
