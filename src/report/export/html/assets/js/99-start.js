// All parts have registered by now.
Isochrone.start();
