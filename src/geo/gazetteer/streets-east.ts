import { streetsOf, type StreetRow } from './street-row.ts';

const MARZAHN_HELLERSDORF: readonly StreetRow[] = [
  ['Marzahner Promenade', 'Marzahn', '12679', 52.5437, 13.547, 1.2],
  ['Alt-Marzahn', 'Marzahn', '12685', 52.5435, 13.5635, 0.6],
  ['Allee der Kosmonauten', 'Marzahn', '12681', 52.5305, 13.536, 5.5],
  ['Helene-Weigel-Platz', 'Marzahn', '12681', 52.5268, 13.5418, 0.2],
  ['Mehrower Allee', 'Marzahn', '12687', 52.557, 13.563, 1.6],
  ['Blumberger Damm', 'Marzahn', '12685', 52.538, 13.5685, 5.2],
  ['Raoul-Wallenberg-Straße', 'Marzahn', '12679', 52.551, 13.556, 1.3],
  ['Poelchaustraße', 'Marzahn', '12681', 52.5342, 13.543, 0.9],
  ['Hellersdorfer Straße', 'Hellersdorf', '12619', 52.5275, 13.5893, 2.9],
  ['Cecilienstraße', 'Hellersdorf', '12619', 52.526, 13.578, 2.8],
  ['Alice-Salomon-Platz', 'Hellersdorf', '12627', 52.5368, 13.6045, 0.2],
  ['Stendaler Straße', 'Hellersdorf', '12627', 52.54, 13.604, 1.6],
  ['Riesaer Straße', 'Hellersdorf', '12627', 52.5305, 13.6135, 1.7],
  ['Louis-Lewin-Straße', 'Hellersdorf', '12627', 52.536, 13.6215, 1.3],
  ['Alt-Biesdorf', 'Biesdorf', '12683', 52.5088, 13.556, 1.5],
  ['Oberfeldstraße', 'Biesdorf', '12683', 52.522, 13.555, 2.8],
  ['Köpenicker Straße', 'Biesdorf', '12683', 52.4885, 13.559, 4.2],
  ['Alt-Kaulsdorf', 'Kaulsdorf', '12621', 52.5053, 13.5845, 1.4],
  ['Chemnitzer Straße', 'Kaulsdorf', '12621', 52.4925, 13.577, 3.2],
  ['Alt-Mahlsdorf', 'Mahlsdorf', '12623', 52.5053, 13.6132, 2.0],
  ['Hönower Straße', 'Mahlsdorf', '12623', 52.5205, 13.6195, 2.2],
  ['Hultschiner Damm', 'Mahlsdorf', '12623', 52.491, 13.608, 3.7],
];

/** Streets and squares of Marzahn-Hellersdorf. */
export const STREETS_OF_MARZAHN_HELLERSDORF = streetsOf(MARZAHN_HELLERSDORF);

const LICHTENBERG: readonly StreetRow[] = [
  ['Hauptstraße', 'Rummelsburg', '10317', 52.4968, 13.485, 1.8],
  ['Landsberger Allee', 'Lichtenberg', '10369', 52.5335, 13.483, 10.7],
  ['Möllendorffstraße', 'Lichtenberg', '10367', 52.5185, 13.4793, 1.8],
  ['Siegfriedstraße', 'Lichtenberg', '10365', 52.519, 13.499, 1.9],
  ['Herzbergstraße', 'Lichtenberg', '10365', 52.5265, 13.4925, 2.2],
  ['Josef-Orlopp-Straße', 'Lichtenberg', '10365', 52.5231, 13.4914, 1.7],
  ['Roederplatz', 'Lichtenberg', '10367', 52.5278, 13.4791, 0.1],
  ['Anton-Saefkow-Platz', 'Fennpfuhl', '10369', 52.5285, 13.47, 0.3],
  ['Weißenseer Weg', 'Alt-Hohenschönhausen', '13055', 52.537, 13.4795, 2.0],
  ['Weitlingstraße', 'Rummelsburg', '10317', 52.5055, 13.4965, 1.2],
  ['Nöldnerplatz', 'Rummelsburg', '10317', 52.503, 13.4851, 0.2],
  ['Treskowallee', 'Karlshorst', '10318', 52.486, 13.5258, 3.0],
  ['Ehrlichstraße', 'Karlshorst', '10318', 52.4795, 13.515, 1.5],
  ['Alt-Friedrichsfelde', 'Friedrichsfelde', '10315', 52.5101, 13.5245, 2.4],
  ['Am Tierpark', 'Friedrichsfelde', '10315', 52.5005, 13.523, 1.9],
  ['Alfred-Kowalke-Straße', 'Friedrichsfelde', '10315', 52.5057, 13.5175, 0.9],
  ['Sewanstraße', 'Friedrichsfelde', '10319', 52.4965, 13.5085, 1.8],
  ['Rhinstraße', 'Friedrichsfelde', '10315', 52.526, 13.519, 4.5],
  ['Konrad-Wolf-Straße', 'Alt-Hohenschönhausen', '13055', 52.5432, 13.488, 2.5],
  ['Suermondtstraße', 'Alt-Hohenschönhausen', '13053', 52.5525, 13.495, 1.1],
  ['Degnerstraße', 'Alt-Hohenschönhausen', '13053', 52.551, 13.503, 1.0],
  ['Prerower Platz', 'Neu-Hohenschönhausen', '13051', 52.5652, 13.5145, 0.2],
  ['Falkenberger Chaussee', 'Neu-Hohenschönhausen', '13057', 52.5662, 13.516, 2.8],
  ['Zingster Straße', 'Neu-Hohenschönhausen', '13051', 52.5695, 13.4972, 1.4],
  ['Ribnitzer Straße', 'Neu-Hohenschönhausen', '13051', 52.568, 13.4955, 1.2],
  ['Dorfstraße', 'Malchow', '13051', 52.5801, 13.4835, 0.7],
  ['Dorfstraße', 'Falkenberg', '13057', 52.5704, 13.5362, 0.7],
  ['Dorfstraße', 'Wartenberg', '13059', 52.5745, 13.5185, 0.8],
];

/** Streets and squares of Lichtenberg. */
export const STREETS_OF_LICHTENBERG = streetsOf(LICHTENBERG);
