// The alarms of one machine on its own page.
import { AlarmList } from './alarms';
import { DayChoice, useDays } from './range';

export default function MachineAlarms({
  base,
  organization,
  explain,
}: {
  base: string;
  organization: string;
  explain: (at: number) => void;
}) {
  const days = useDays();
  return (
    <section class="section alarms" aria-labelledby="alarms-title">
      <div class="section-head">
        <h2 id="alarms-title">Alarms</h2>
        <DayChoice days={days} />
      </div>
      <AlarmList path={base} range={days.text} organization={organization} show={explain} />
    </section>
  );
}
