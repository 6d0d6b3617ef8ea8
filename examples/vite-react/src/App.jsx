import { useState } from "react";

export function App() {
  const [count, setCount] = useState(0);
  return (
    <main>
      <h1>Installed with safe-install</h1>
      <button type="button" onClick={() => setCount(count + 1)}>
        clicked {count} times
      </button>
    </main>
  );
}
