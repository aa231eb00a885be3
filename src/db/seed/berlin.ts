/** A part of the town around which made-up centers lie. */
export interface Locality {
  readonly district: District;
  readonly name: string;
  /** One of its postcodes. */
  readonly postcode: string;
  /** Degrees; about where its middle is. */
  readonly longitude: number;
  readonly latitude: number;
}

export const DISTRICTS = [
  'Mitte',
  'Friedrichshain-Kreuzberg',
  'Pankow',
  'Charlottenburg-Wilmersdorf',
  'Spandau',
  'Steglitz-Zehlendorf',
  'Tempelhof-Schöneberg',
  'Neukölln',
  'Treptow-Köpenick',
  'Marzahn-Hellersdorf',
  'Lichtenberg',
  'Reinickendorf',
] as const;
export type District = (typeof DISTRICTS)[number];

/**
 * People registered in each of Berlin's districts on 31 December 2023: Amt für Statistik Berlin-Brandenburg,
 * statistical report A I 5.
 */
export const PEOPLE_OF_DISTRICTS: Readonly<Record<District, number>> = {
  Mitte: 397_134,
  'Friedrichshain-Kreuzberg': 293_454,
  Pankow: 424_307,
  'Charlottenburg-Wilmersdorf': 343_081,
  Spandau: 257_091,
  'Steglitz-Zehlendorf': 310_446,
  'Tempelhof-Schöneberg': 355_868,
  Neukölln: 330_017,
  'Treptow-Köpenick': 294_081,
  'Marzahn-Hellersdorf': 291_948,
  Lichtenberg: 311_881,
  Reinickendorf: 268_792,
};

/** `thousands` of people, rounded: it only tells the localities of one district from each other. */
type Row = readonly [name: string, postcode: string, longitude: number, latitude: number, thousands: number];

const LOCALITIES_OF_DISTRICTS: Readonly<Record<District, readonly Row[]>> = {
  Mitte: [
    ['Mitte', '10178', 13.405, 52.521, 110],
    ['Moabit', '10551', 13.342, 52.53, 84],
    ['Wedding', '13347', 13.349, 52.55, 86],
    ['Gesundbrunnen', '13357', 13.383, 52.552, 96],
    ['Tiergarten', '10785', 13.363, 52.504, 16],
  ],
  'Friedrichshain-Kreuzberg': [
    ['Friedrichshain', '10247', 13.454, 52.514, 136],
    ['Kreuzberg', '10961', 13.403, 52.497, 154],
  ],
  Pankow: [
    ['Prenzlauer Berg', '10405', 13.428, 52.54, 165],
    ['Weißensee', '13086', 13.464, 52.556, 54],
    ['Pankow', '13187', 13.402, 52.569, 64],
    ['Niederschönhausen', '13156', 13.398, 52.585, 32],
    ['Buch', '13125', 13.494, 52.634, 17],
    ['Karow', '13125', 13.481, 52.608, 19],
    ['Französisch Buchholz', '13127', 13.43, 52.606, 22],
  ],
  'Charlottenburg-Wilmersdorf': [
    ['Charlottenburg', '10585', 13.304, 52.516, 130],
    ['Wilmersdorf', '10715', 13.32, 52.487, 102],
    ['Westend', '14052', 13.276, 52.515, 41],
    ['Halensee', '10709', 13.297, 52.494, 15],
    ['Schmargendorf', '14199', 13.29, 52.476, 22],
    ['Grunewald', '14193', 13.267, 52.484, 11],
  ],
  Spandau: [
    ['Spandau', '13597', 13.201, 52.536, 40],
    ['Falkenhagener Feld', '13589', 13.169, 52.551, 39],
    ['Staaken', '13591', 13.147, 52.534, 47],
    ['Wilhelmstadt', '13593', 13.192, 52.52, 41],
    ['Hakenfelde', '13587', 13.206, 52.562, 32],
    ['Haselhorst', '13599', 13.24, 52.546, 18],
    ['Siemensstadt', '13629', 13.264, 52.54, 13],
    ['Kladow', '14089', 13.141, 52.454, 16],
  ],
  'Steglitz-Zehlendorf': [
    ['Steglitz', '12165', 13.323, 52.457, 75],
    ['Lichterfelde', '12203', 13.311, 52.432, 86],
    ['Lankwitz', '12247', 13.346, 52.434, 44],
    ['Zehlendorf', '14169', 13.259, 52.434, 57],
    ['Dahlem', '14195', 13.286, 52.457, 17],
    ['Nikolassee', '14129', 13.202, 52.434, 17],
  ],
  'Tempelhof-Schöneberg': [
    ['Schöneberg', '10827', 13.352, 52.484, 119],
    ['Friedenau', '12159', 13.33, 52.472, 28],
    ['Tempelhof', '12099', 13.386, 52.466, 63],
    ['Mariendorf', '12107', 13.385, 52.44, 54],
    ['Marienfelde', '12277', 13.366, 52.415, 32],
    ['Lichtenrade', '12305', 13.406, 52.394, 52],
  ],
  Neukölln: [
    ['Neukölln', '12045', 13.434, 52.478, 165],
    ['Britz', '12347', 13.439, 52.451, 43],
    ['Buckow', '12349', 13.431, 52.424, 41],
    ['Rudow', '12355', 13.495, 52.417, 43],
    ['Gropiusstadt', '12353', 13.462, 52.427, 38],
  ],
  'Treptow-Köpenick': [
    ['Alt-Treptow', '12435', 13.45, 52.49, 13],
    ['Baumschulenweg', '12437', 13.484, 52.466, 19],
    ['Johannisthal', '12487', 13.508, 52.447, 22],
    ['Oberschöneweide', '12459', 13.527, 52.461, 24],
    ['Köpenick', '12555', 13.575, 52.446, 70],
    ['Adlershof', '12489', 13.548, 52.435, 21],
    ['Altglienicke', '12524', 13.537, 52.414, 31],
    ['Friedrichshagen', '12587', 13.624, 52.451, 19],
  ],
  'Marzahn-Hellersdorf': [
    ['Marzahn', '12679', 13.565, 52.544, 114],
    ['Hellersdorf', '12627', 13.607, 52.537, 82],
    ['Biesdorf', '12683', 13.555, 52.509, 29],
    ['Kaulsdorf', '12621', 13.588, 52.507, 20],
    ['Mahlsdorf', '12623', 13.615, 52.507, 30],
  ],
  Lichtenberg: [
    ['Lichtenberg', '10367', 13.497, 52.513, 44],
    ['Friedrichsfelde', '10315', 13.519, 52.504, 54],
    ['Fennpfuhl', '10369', 13.474, 52.529, 35],
    ['Rummelsburg', '10317', 13.49, 52.498, 25],
    ['Karlshorst', '10318', 13.529, 52.484, 29],
    ['Alt-Hohenschönhausen', '13055', 13.498, 52.55, 50],
    ['Neu-Hohenschönhausen', '13057', 13.512, 52.568, 57],
  ],
  Reinickendorf: [
    ['Reinickendorf', '13409', 13.352, 52.574, 84],
    ['Tegel', '13507', 13.283, 52.582, 37],
    ['Wittenau', '13435', 13.33, 52.592, 25],
    ['Märkisches Viertel', '13439', 13.356, 52.6, 40],
    ['Waidmannslust', '13469', 13.324, 52.607, 11],
    ['Hermsdorf', '13467', 13.303, 52.615, 17],
    ['Frohnau', '13465', 13.29, 52.634, 17],
    ['Heiligensee', '13503', 13.23, 52.611, 18],
  ],
};

/** Every locality with the people who live there: the district's own number, shared out among its localities. */
export const PEOPLE_OF_LOCALITIES: readonly (readonly [Locality, number])[] = DISTRICTS.flatMap(localitiesOf);

function localitiesOf(district: District): readonly (readonly [Locality, number])[] {
  const rows = LOCALITIES_OF_DISTRICTS[district];
  const allThousands = rows.reduce((sum, [, , , , thousands]) => sum + thousands, 0);
  return rows.map(([name, postcode, longitude, latitude, thousands]) => [
    { district, name, postcode, longitude, latitude },
    (PEOPLE_OF_DISTRICTS[district] * thousands) / allThousands,
  ]);
}
